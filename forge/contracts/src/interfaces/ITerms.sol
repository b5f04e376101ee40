// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @notice What a job needs of an asset, packed: the part of the requirements that the chain itself checks.
/// A zero means "any" in every field.
struct Requirements {
    /// keccak256 of the GPU class name in lower case, for example "nvidia-h200"; zero: any class, or none.
    bytes32 gpuClass;
    /// Number of GPUs the asset must have at least.
    uint16 gpuCount;
    /// Usable GPU memory of the whole asset, bytes.
    uint64 minMemoryBytes;
    /// ISO 3166-1 alpha-2 country in ASCII, for example "DE".
    bytes2 region;
    /// Least level of the asset's attestation: 0 self-measured, 1 a quorum of staked attesters, 2 TEE.
    uint8 minAttestationLevel;
    /// Oldest measurement accepted, seconds before the assignment.
    uint32 maxAttestationAge;
    /// Least stake (free and locked) of the provider, atomic units of the stake token.
    uint128 minStake;
    /// Least reputation score of the provider.
    uint64 minReputation;
}

/// @notice The terms of a job. Their EIP-712 hash is the job's id, the EIP-3009 nonce and the salt of the
/// vault, so that every way to pay is bound to exactly these terms (rule of money 1).
struct Terms {
    /// Account that pays for compute and may countersign, cancel and extend.
    address buyer;
    /// Who receives every refund, whoever paid (rule 2).
    address refundTo;
    /// Makes two otherwise equal jobs differ.
    bytes32 salt;
    /// Payment token: an allow-listed ERC-20 with EIP-3009.
    address token;
    /// The most this job can cost, fee included, atomic units of the token.
    uint128 cap;
    /// The dearest listing price the buyer accepts, atomic units per second, fee not included.
    uint128 pricePerSecondCap;
    /// keccak256 of the canonical JSON of the workload spec.
    bytes32 workload;
    Requirements requirements;
    /// Who may assign leases besides the buyer; zero: nobody, the buyer hires by itself.
    address scheduler;
    /// Whose signature stands beside the node's on every tick; zero: no notary.
    address notary;
    /// How many leases the job may have over its life.
    uint16 maxLeases;
    /// Fee on top of what the provider is paid, in basis points, rounded down.
    uint16 feeBps;
    address feeRecipient;
    /// No lease runs past this time (unix seconds, as all deadlines).
    uint64 leaseEnd;
    /// Usage proofs are accepted until here.
    uint64 captureDeadline;
    /// Claims are accepted until here; booked captures that nobody countersigned become withdrawable after it.
    uint64 claimDeadline;
    /// From here on anybody may send what is not booked back to `refundTo`.
    uint64 reclaimAt;
}
