// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Checks usage proofs (Groth16, see circuits/README.md)
/// @notice Shows that the ticks behind a head lie in one unbroken span of time; does not show that useful work was done.
interface IUsageVerifier {
    /// @param origin  keccak256(chainid, market, leaseId, payee, sequence) mod r: the tick chain's seed
    /// @param context keccak256(origin, output) mod r
    struct Inputs {
        uint256 context;
        uint256 origin;
        uint256 head;
        uint256 from;
        uint256 to;
    }

    /// @dev One proof of a batch.
    struct Statement {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
        Inputs inputs;
    }

    /// @notice One proof of many receipts (ADR 0010).
    /// @param blocks     which circuit: its number of blocks
    /// @param commitment Poseidon commitment to what the proof's blocks say, by whoever made the proof
    struct Rollup {
        uint256 blocks;
        uint256 commitment;
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
    }

    error EmptyBatch();
    error NoSuchRollup(uint256 blocks);
    error TooManyReceipts(uint256 got, uint256 limit);
    error InputOutOfField(uint256 index, uint256 value);
    error NotEnoughGas(uint256 got, uint256 wanted);

    function verifyUsage(uint256[2] calldata a, uint256[2][2] calldata b, uint256[2] calldata c, Inputs calldata inputs) external view returns (bool);

    /// @notice True only if every statement is proven (`IGroth16Verifier.verifyBatch`). The index in `InputOutOfField` counts
    /// five for each statement.
    function verifyUsageBatch(Statement[] calldata statements) external view returns (bool);

    /// @notice True only if one proof shows every receipt. The proof has three public inputs however many receipts: the
    /// commitment, a challenge that is hashed here out of commitment and receipts, and their polynomial at the challenge.
    /// The index in `InputOutOfField` counts five for each receipt; the commitment's comes after the last one.
    function verifyUsageRollup(Rollup calldata rollup, Inputs[] calldata receipts) external view returns (bool);
}
