// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IUsage} from "../interfaces/IUsage.sol";

/// @title The memory of one batch of captures
/// @dev Assembly, because a batch makes hundreds of hashes and three long arrays: `abi.encode` would take new memory for each
/// and copy every array once more, and memory's price is quadratic. Each array is laid out as the calldata or the event that it
/// will be: a word for the offset, one for the length, then the items.
library BatchLib {
    /// @dev Order of BN254's scalar field: hashes are reduced into it before they become public inputs.
    uint256 internal constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev Public inputs of one receipt.
    uint256 internal constant INPUTS_SIZE = 0xa0;
    uint256 internal constant PROOF_SIZE = 0x100;

    /// @param count      captures that were not skipped: the length of bookings and lines
    /// @param stated     length of the statements: as many, and in a rollup those that were skipped too
    /// @param proofSize  bytes of proof in front of each statement's inputs: none in a rollup
    /// @param statements `IUsageVerifier.Statement[]`, or `Inputs[]` in a rollup
    /// @param bookings   `IJobEscrow.Booked[]`
    /// @param lines      `IUsage.Captured[]`
    struct Batch {
        uint256 count;
        uint256 stated;
        uint256 proofSize;
        uint256 statements;
        uint256 bookings;
        uint256 lines;
    }

    /// @param id      accountId, node, notary, deal: a lease's id (`LeaseIdLib`)
    /// @param message typehash, leaseId, sequence, from, to, head, and for a receipt output and last: a tick's or receipt's hash
    /// @param seed    chain, market, leaseId, payee, sequence: the tick chain's first link
    /// @param payee   where a deal has it
    struct Words {
        uint256 id;
        uint256 message;
        uint256 seed;
        uint256 payee;
    }

    /// @notice Memory for at most that many captures. One word more before each array, for a selector.
    /// @param prefix bytes that go before the statements in the call to the verifier
    function open(uint256 most, uint256 proofSize, uint256 prefix) internal pure returns (Batch memory batch) {
        batch.proofSize = proofSize;
        batch.statements = _take(0x60 + prefix + most * (proofSize + INPUTS_SIZE)) + 0x20 + prefix;
        batch.bookings = _take(0x60 + most * 0x40) + 0x20;
        batch.lines = _take(0x60 + most * 0x40) + 0x20;
    }

    /// @notice Words that all captures of a run hash, filled with what they have in common.
    function wordsOf(address payee, address node, address notary) internal view returns (Words memory words) {
        (words.id, words.message, words.seed) = (_take(0x80), _take(0x100), _take(0xa0));
        words.payee = uint256(uint160(payee)) << 80;
        (uint256 id, uint256 seed) = (words.id, words.seed);
        assembly ("memory-safe") {
            mstore(add(id, 0x20), node)
            mstore(add(id, 0x40), notary)
            mstore(seed, chainid())
            mstore(add(seed, 0x20), address())
            mstore(add(seed, 0x60), payee)
        }
    }

    function leaseIdOf(Words memory words, IUsage.Usage calldata usage) internal pure returns (bytes32 leaseId) {
        (uint256 id, uint256 payee) = (words.id, words.payee);
        assembly ("memory-safe") {
            mstore(id, calldataload(usage))
            mstore(add(id, 0x60), or(payee, and(shr(96, calldataload(add(usage, 0x40))), 0xffffffffffffffffffff)))
            leaseId := keccak256(id, 0x80)
        }
    }

    /// @return hash EIP-712 hash of the capture's tick
    function tickHash(Words memory words, bytes32 typehash, bytes32 leaseId, IUsage.Usage calldata usage)
        internal
        pure
        returns (bytes32 hash)
    {
        uint256 m = words.message;
        assembly ("memory-safe") {
            let span := calldataload(add(usage, 0x40))
            mstore(m, typehash)
            mstore(add(m, 0x20), leaseId)
            mstore(add(m, 0x40), and(shr(64, span), 0xffffffff))
            mstore(add(m, 0x60), and(shr(32, span), 0xffffffff))
            mstore(add(m, 0x80), and(span, 0xffffffff))
            calldatacopy(add(m, 0xa0), add(usage, 0x20), 0x20)
            hash := keccak256(m, 0xc0)
        }
    }

    /// @notice EIP-712 hash of the receipt whose tick was hashed just before.
    function receiptHash(Words memory words, bytes32 typehash, bytes32 output, bool last)
        internal
        pure
        returns (bytes32 hash)
    {
        uint256 m = words.message;
        assembly ("memory-safe") {
            mstore(m, typehash)
            mstore(add(m, 0xc0), output)
            mstore(add(m, 0xe0), last)
            hash := keccak256(m, 0x100)
        }
    }

    /// @notice Adds what a receipt's proof must show. The public inputs are computed here, never taken from the caller, so a
    /// proof serves one receipt of one payee of one lease on one chain.
    function state(Batch memory batch, Words memory words, bytes32 leaseId, IUsage.Usage calldata usage, bytes32 output)
        internal
        pure
    {
        uint256 seed = words.seed;
        uint256 proofSize = batch.proofSize;
        uint256 statement = batch.statements + 0x40 + batch.stated * (proofSize + INPUTS_SIZE);
        assembly ("memory-safe") {
            let span := calldataload(add(usage, 0x40))
            calldatacopy(statement, add(usage, 0x60), proofSize)
            let inputs := add(statement, proofSize)

            mstore(add(seed, 0x40), leaseId)
            mstore(add(seed, 0x80), and(shr(64, span), 0xffffffff))
            let first := mod(keccak256(seed, 0xa0), FIELD)
            mstore(0, first)
            mstore(0x20, output)
            mstore(inputs, mod(keccak256(0, 0x40), FIELD))
            mstore(add(inputs, 0x20), first)
            calldatacopy(add(inputs, 0x40), add(usage, 0x20), 0x20)
            mstore(add(inputs, 0x60), and(shr(32, span), 0xffffffff))
            mstore(add(inputs, 0x80), and(span, 0xffffffff))
        }
        batch.stated++;
    }

    /// @notice Adds a booking, and its line in the event.
    function book(Batch memory batch, bytes32 leaseId, IUsage.Usage calldata usage, uint256 gross) internal pure {
        uint256 index = batch.count;
        uint256 booking = batch.bookings + 0x40 + index * 0x40;
        uint256 line = batch.lines + 0x40 + index * 0x40;
        assembly ("memory-safe") {
            calldatacopy(booking, usage, 0x20)
            mstore(add(booking, 0x20), gross)
            mstore(line, leaseId)
            mstore(add(line, 0x20), or(calldataload(add(usage, 0x40)), shl(208, gross)))
        }
        batch.count = index + 1;
    }

    /// @notice Calls `target.selector(array)`; reverts as the target does.
    function call(address target, bytes4 selector, uint256 array, uint256 count, uint256 itemSize)
        internal
        returns (uint256 result)
    {
        return callAfter(target, selector, 0, 0, array, count, itemSize);
    }

    /// @notice Calls `target.selector(prefix, array)`, where the prefix is static and lies in calldata.
    function callAfter(
        address target,
        bytes4 selector,
        uint256 prefix,
        uint256 prefixSize,
        uint256 array,
        uint256 count,
        uint256 itemSize
    ) internal returns (uint256 result) {
        assembly ("memory-safe") {
            // The word before is ours; `selector` is its last four bytes.
            let start := sub(array, prefixSize)
            mstore(sub(start, 0x20), shr(224, selector))
            calldatacopy(start, prefix, prefixSize)
            mstore(array, add(prefixSize, 0x20))
            mstore(add(array, 0x20), count)
            let size := add(add(0x44, prefixSize), mul(count, itemSize))
            if iszero(call(gas(), target, 0, sub(start, 4), size, 0, 0x20)) {
                let m := mload(0x40)
                returndatacopy(m, 0, returndatasize())
                revert(m, returndatasize())
            }
            // Nothing returned: nothing is claimed.
            if gt(returndatasize(), 0x1f) { result := mload(0) }
        }
    }

    /// @notice Emits `topic(array)`.
    function log(bytes32 topic, uint256 array, uint256 count, uint256 itemSize) internal {
        assembly ("memory-safe") {
            mstore(array, 0x20)
            mstore(add(array, 0x20), count)
            log1(array, add(0x40, mul(count, itemSize)), topic)
        }
    }

    function _take(uint256 size) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(0x40, add(pointer, size))
        }
    }
}
