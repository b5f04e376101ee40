// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IUsage} from "../interfaces/IUsage.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {BatchLib} from "./BatchLib.sol";
import {SpanLib} from "./SpanLib.sol";
import {UsageBilling} from "./UsageBilling.sol";

/// @title Captures of many leases in one call: each with its own proof, those of one node and notary under one signature of each
/// @dev Two slots change for each capture, the lease's and the payee's account in the escrow, and nothing else is read: everything
/// a capture must know is in the lease's id, see `LeaseIdLib`.
abstract contract UsageBatch is UsageBilling, EIP712 {
    using BatchLib for BatchLib.Batch;
    using BatchLib for BatchLib.Words;

    bytes32 internal constant TICK_TYPEHASH =
        keccak256("Tick(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head)");
    bytes32 internal constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head,bytes32 output,bool last)"
    );
    bytes32 private constant TICKS_TYPEHASH = keccak256(
        "Ticks(Tick[] ticks)Tick(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head)"
    );
    bytes32 private constant RECEIPTS_TYPEHASH = keccak256(
        "Receipts(Receipt[] receipts)Receipt(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head,bytes32 output,bool last)"
    );
    uint256 internal constant FIELD = BatchLib.FIELD;

    /// @inheritdoc IUsage
    function captureBatch(Run[] calldata runs) external nonReentrant returns (uint256 captured) {
        uint256 most;
        for (uint256 i = 0; i < runs.length; i++) most += runs[i].usages.length;
        BatchLib.Batch memory batch = BatchLib.open(most, BatchLib.PROOF_SIZE, 0);
        // Booked before the proofs are checked, so that the next receipt of the same lease finds its place; undone if one fails.
        for (uint256 i = 0; i < runs.length; i++) {
            Usage[] calldata usages = runs[i].usages;
            uint256 first;
            assembly ("memory-safe") {
                first := usages.offset
            }
            _captureRun(runs[i], first, usages.length, batch);
        }
        captured = _book(batch);
        uint256 proven = BatchLib.call(
            address(verifier), IUsageVerifier.verifyUsageBatch.selector, batch.statements, captured, 0x1a0
        );
        require(proven == 1, ProofRejected());
    }

    /// @dev Books everything that was not skipped.
    function _book(BatchLib.Batch memory batch) internal returns (uint256 captured) {
        captured = batch.count;
        require(captured != 0, NothingCaptured());
        BatchLib.log(UsagesCaptured.selector, batch.lines, captured, 0x40);
        BatchLib.call(address(escrow), IJobEscrow.book.selector, batch.bookings, captured, 0x40);
    }

    /// @param first where the run's usages lie in calldata, one after another, each with as much proof as the batch has
    function _captureRun(Run calldata run, uint256 first, uint256 length, BatchLib.Batch memory batch) internal {
        uint256 stride = 0x60 + batch.proofSize;
        bool notarised = run.notarySignature.length != 0;
        bool signed = _needsSignature(run, notarised);
        BatchLib.Words memory words = BatchLib.wordsOf(run.payee, run.node, run.notary);
        bytes32[] memory ticks = new bytes32[](length);
        bytes32[] memory receipts = new bytes32[](signed ? length : 0);
        uint256 outputs;
        for (uint256 i = 0; i < length; i++) {
            Usage calldata usage;
            assembly ("memory-safe") {
                usage := add(first, mul(i, stride))
            }
            uint256 span = usage.span;
            bytes32 leaseId = words.leaseIdOf(usage);
            bool last = SpanLib.isLast(span);
            bytes32 output = last ? run.outputs[outputs++] : bytes32(0);
            ticks[i] = words.tickHash(TICK_TYPEHASH, leaseId, usage);
            if (signed) receipts[i] = words.receiptHash(RECEIPT_TYPEHASH, output, last);

            uint256 word;
            assembly ("memory-safe") {
                word := sload(leaseId)
            }
            if (uint32(span >> 64) < uint32(word)) {
                emit CaptureSkipped(leaseId, uint32(span >> 64));
                // One proof of many receipts is a proof of this one too.
                if (batch.proofSize == 0) batch.state(words, leaseId, usage, output);
                continue;
            }
            require(span < SpanLib.LAST << 1, UnknownSpan(span));
            batch.state(words, leaseId, usage, output);
            batch.book(leaseId, usage, _bill(leaseId, word, span, notarised));
            if (last) _closeBy(leaseId, output);
        }
        if (signed) {
            bytes32 digest = _digestOf(RECEIPTS_TYPEHASH, receipts);
            // A node's key is always a plain key. ECDSA refuses a high s, so a signature has one form.
            (address signer,,) = ECDSA.tryRecoverCalldata(digest, run.nodeSignature);
            require(signer == run.node, BadNodeSignature(signer, run.node));
        }
        if (notarised) {
            require(
                SignatureChecker.isValidSignatureNowCalldata(
                    run.notary, _digestOf(TICKS_TYPEHASH, ticks), run.notarySignature
                ),
                BadNotarySignature(run.notary)
            );
        }
    }

    /// @dev The payee's word on its receipts: its own transaction, its node's, or its node's signature.
    function _needsSignature(Run calldata run, bool notarised) private view returns (bool) {
        if (msg.sender == run.payee) return false;
        _requireScopes(run.node, notarised);
        return msg.sender != run.node;
    }

    /// @dev One message is signed as itself, several as their list.
    function _digestOf(bytes32 listTypehash, bytes32[] memory hashes) private view returns (bytes32) {
        if (hashes.length == 1) return _hashTypedDataV4(hashes[0]);
        bytes32 list;
        assembly ("memory-safe") {
            list := keccak256(add(hashes, 0x20), mul(mload(hashes), 0x20)) // without a copy
        }
        return _hashTypedDataV4(keccak256(abi.encode(listTypehash, list)));
    }
}
