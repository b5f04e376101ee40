// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Requirements, Terms} from "../interfaces/ITerms.sol";

/// @title EIP-712 struct hash of a job's terms
library TermsLib {
    bytes32 internal constant REQUIREMENTS_TYPEHASH =
        keccak256("Requirements(bytes32 gpuClass,uint16 gpuCount,uint64 minMemoryBytes,bytes2 region,uint8 minAttestationLevel,uint32 maxAttestationAge,uint128 minStake,uint64 minReputation)");

    bytes32 internal constant TERMS_TYPEHASH = keccak256(
        "Terms(address buyer,address refundTo,bytes32 salt,address token,uint128 cap,uint128 pricePerSecondCap,bytes32 workload,Requirements requirements,address scheduler,address notary,uint16 maxLeases,uint16 feeBps,address feeRecipient,uint64 leaseEnd,uint64 captureDeadline,uint64 claimDeadline,uint64 reclaimAt)"
        "Requirements(bytes32 gpuClass,uint16 gpuCount,uint64 minMemoryBytes,bytes2 region,uint8 minAttestationLevel,uint32 maxAttestationAge,uint128 minStake,uint64 minReputation)"
    );

    /// @notice Struct hash of `terms`, without any domain.
    function hash(Terms calldata terms) internal pure returns (bytes32) {
        // Two halves: one abi.encode of all its words is too deep for the stack without the IR pipeline.
        return keccak256(
            bytes.concat(
                abi.encode(
                    TERMS_TYPEHASH,
                    terms.buyer,
                    terms.refundTo,
                    terms.salt,
                    terms.token,
                    terms.cap,
                    terms.pricePerSecondCap,
                    terms.workload,
                    _hash(terms.requirements)
                ),
                abi.encode(
                    terms.scheduler,
                    terms.notary,
                    terms.maxLeases,
                    terms.feeBps,
                    terms.feeRecipient,
                    terms.leaseEnd,
                    terms.captureDeadline,
                    terms.claimDeadline,
                    terms.reclaimAt
                )
            )
        );
    }

    function _hash(Requirements calldata requirements) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REQUIREMENTS_TYPEHASH,
                requirements.gpuClass,
                requirements.gpuCount,
                requirements.minMemoryBytes,
                requirements.region,
                requirements.minAttestationLevel,
                requirements.maxAttestationAge,
                requirements.minStake,
                requirements.minReputation
            )
        );
    }
}
