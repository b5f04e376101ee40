// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title What a lease's id commits to
/// @notice leaseId = keccak256(abi.encode(accountId, node, notary, deal)): whose money (the account's id is the hash of job, payee
/// and buyer, and the job's id of chain, escrow and terms), who signs, who is paid, and at what price. A capture states these
/// facts and the id's slot answers: facts that were never agreed on lead to an empty slot, so none of them is read from storage.
library LeaseIdLib {
    /// @return deal from the lowest bits on: index of the lease within the job 16, the job's fee 16, price per second 48, payee 160
    function dealOf(uint256 index, uint256 feeBps, uint256 pricePerSecond, address payee) internal pure returns (uint256 deal) {
        // Index and fee are 16 bits in the terms. A price above 48 bits could not be reserved for a single second.
        return index | feeBps << 16 | uint256(SafeCast.toUint48(pricePerSecond)) << 32 | uint256(uint160(payee)) << 80;
    }

    function leaseIdOf(bytes32 accountId, address node, address notary, uint256 deal) internal pure returns (bytes32) {
        return keccak256(abi.encode(accountId, node, notary, deal));
    }
}
