// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketCore} from "../interfaces/IMarketCore.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {LeaseIdLib} from "./LeaseIdLib.sol";
import {SpanLib} from "./SpanLib.sol";
import {UsageRollup} from "./UsageRollup.sol";

/// @title Proof-gated capture, acceptance and settlement
abstract contract Usage is UsageRollup {
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256("Acceptance(bytes32 jobId,uint256 spent)");

    /// @inheritdoc IMarketCore
    function capture(
        Terms calldata terms,
        Receipt calldata receipt,
        bytes calldata nodeSignature,
        bytes calldata notarySignature,
        Proof calldata proof
    ) external nonReentrant returns (uint256 amount, uint256 fee) {
        bytes32 leaseId = receipt.leaseId;
        Lease storage lease = _leaseOfJob(terms, leaseId);
        address payee = lease.payee;
        bool notarised = notarySignature.length != 0;
        uint256 gross;
        {
            uint256 word;
            assembly ("memory-safe") {
                word := sload(leaseId)
            }
            uint256 deal = LeaseIdLib.dealOf(lease.index, lease.feeBps, lease.pricePerSecond, payee);
            gross = _bill(leaseId, word, SpanLib.pack(receipt.from, receipt.to, receipt.sequence, deal), notarised);
        }
        if (msg.sender != payee) _checkNode(lease.node, receipt, nodeSignature, notarised);
        if (notarised) _checkNotary(terms.notary, receipt, notarySignature);
        require(verifier.verifyUsage(proof.a, proof.b, proof.c, _inputsOf(payee, receipt)), ProofRejected());

        amount = uint256(lease.pricePerSecond) * (receipt.to - receipt.from);
        fee = gross - amount;
        emit UsageCaptured(lease.jobId, leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head, amount, fee);
        IJobEscrow.Booked[] memory bookings = new IJobEscrow.Booked[](1);
        bookings[0] = IJobEscrow.Booked(keccak256(abi.encode(lease.jobId, payee, terms.buyer)), gross);
        escrow.book(bookings);
        if (receipt.last) _closeBy(leaseId, receipt.output);
    }

    /// @inheritdoc IMarketCore
    function accept(Terms calldata terms, uint256 spent, bytes calldata signature) external nonReentrant {
        bytes32 jobId = escrow.jobIdOf(terms);
        uint256 actual = _spentOf(escrow.jobOf(jobId));
        require(spent == actual, SpentChanged(spent, actual));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ACCEPTANCE_TYPEHASH, jobId, spent)));
        require(SignatureChecker.isValidSignatureNowCalldata(terms.buyer, digest, signature), BadAcceptance(terms.buyer));
        emit JobAccepted(jobId, spent);
        escrow.accept(terms);
    }

    /// @inheritdoc IMarketCore
    function settle(Terms calldata terms) external nonReentrant returns (uint256 refunded) {
        bytes32 jobId = escrow.jobIdOf(terms);
        IJobEscrow.Job memory job = escrow.jobOf(jobId);
        // Past the claim window open leases do not count: captures ended long before, so nothing is owed on them.
        if (block.timestamp <= terms.claimDeadline) {
            require(job.accepted, IJobEscrow.TooEarly(block.timestamp, uint256(terms.claimDeadline) + 1));
            require(_jobLeases[jobId].open == 0, LeasesStillOpen(_jobLeases[jobId].open));
        }
        refunded = escrow.settle(terms);
        emit JobSettled(jobId, uint256(job.paid) + job.booked, job.fees, refunded);
    }

    function _spentOf(IJobEscrow.Job memory job) private pure returns (uint256) {
        return uint256(job.booked) + job.paid + job.fees;
    }

    function _checkNode(address node, Receipt calldata receipt, bytes calldata signature, bool notarised) private view {
        _requireScopes(node, notarised);
        if (msg.sender == node) return;
        // A node's key is always a plain key. ECDSA refuses a high s, so a signature has one form.
        (address signer,,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(_receiptHash(receipt)), signature);
        require(signer == node, BadNodeSignature(signer, node));
    }

    function _checkNotary(address notary, Receipt calldata receipt, bytes calldata signature) private view {
        bytes32 hash = keccak256(
            abi.encode(TICK_TYPEHASH, receipt.leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head)
        );
        require(
            SignatureChecker.isValidSignatureNowCalldata(notary, _hashTypedDataV4(hash), signature),
            BadNotarySignature(notary)
        );
    }

    function _receiptHash(Receipt calldata receipt) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECEIPT_TYPEHASH,
                receipt.leaseId,
                receipt.sequence,
                receipt.from,
                receipt.to,
                receipt.head,
                receipt.output,
                receipt.last
            )
        );
    }

    /// @dev The public inputs are computed here, never taken from the caller, so a proof serves one receipt of one payee
    /// of one lease on one chain.
    function _inputsOf(address payee, Receipt calldata receipt) private view returns (IUsageVerifier.Inputs memory) {
        uint256 origin =
            uint256(keccak256(abi.encode(block.chainid, address(this), receipt.leaseId, payee, receipt.sequence))) % FIELD;
        uint256 context = uint256(keccak256(abi.encode(origin, receipt.output))) % FIELD;
        return IUsageVerifier.Inputs(context, origin, receipt.head, receipt.from, receipt.to);
    }
}
