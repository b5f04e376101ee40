// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketCore} from "../interfaces/IMarketCore.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {Leases} from "./Leases.sol";

/// @title Proof-gated capture, acceptance and settlement
abstract contract Usage is Leases, EIP712 {
    bytes32 private constant TICK_TYPEHASH =
        keccak256("Tick(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head,bytes32 output,bool last)"
    );
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256("Acceptance(bytes32 jobId,uint256 spent)");

    /// @dev Order of BN254's scalar field: hashes are reduced into it before they become public inputs.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @inheritdoc IMarketCore
    function capture(
        Terms calldata terms,
        Receipt calldata receipt,
        bytes calldata nodeSignature,
        bytes calldata notarySignature,
        Proof calldata proof
    ) external nonReentrant returns (uint256 amount, uint256 fee) {
        Lease storage lease = _leaseOfJob(terms, receipt.leaseId);
        require(
            lease.state == LeaseState.Started || lease.state == LeaseState.Ended,
            WrongState(lease.state, LeaseState.Started)
        );
        require(block.timestamp <= terms.captureDeadline, CaptureClosed(block.timestamp, terms.captureDeadline));
        _checkBounds(lease, receipt);
        _checkSignatures(terms, lease, receipt, nodeSignature, notarySignature);
        _checkProof(lease, receipt, proof);

        uint32 billed = receipt.to - receipt.from;
        amount = uint256(lease.pricePerSecond) * billed;
        fee = _feeOf(amount, terms.feeBps);
        lease.sequence++;
        lease.billedTo = receipt.to;
        lease.billedSeconds += billed;
        // Checked subtraction: the reservation covers maxSeconds and one rounding of its fee, see _withFee.
        lease.reserved -= uint128(amount + fee);
        emit UsageCaptured(
            lease.jobId, receipt.leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head, amount, fee
        );

        if (amount != 0) escrow.book(terms, lease.payee, amount, fee);
        if (receipt.last) {
            lease.output = receipt.output;
            if (lease.state == LeaseState.Started) _end(lease, receipt.leaseId, EndReason.Completed);
            _closeLease(lease, receipt.leaseId);
            _keepReserved(lease, 0);
        }
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

    /// @dev Rule 7: the chain's own clock bounds what any pair of signers can claim, and nothing is billed twice.
    function _checkBounds(Lease storage lease, Receipt calldata receipt) private view {
        require(receipt.sequence == lease.sequence, SequenceUsed(receipt.sequence, lease.sequence));
        require(
            receipt.from <= receipt.to && receipt.from >= lease.billedTo,
            TimeOutOfOrder(receipt.from, receipt.to, lease.billedTo)
        );
        uint256 until = lease.state == LeaseState.Ended ? lease.endedAt : Math.min(block.timestamp, lease.endsAt);
        uint256 limit = until - lease.startedAt;
        require(receipt.to <= limit, BilledBeyondLease(receipt.to, limit));
    }

    function _checkSignatures(
        Terms calldata terms,
        Lease storage lease,
        Receipt calldata receipt,
        bytes calldata nodeSignature,
        bytes calldata notarySignature
    ) private view {
        bytes32 digest = _hashTypedDataV4(
            keccak256(
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
            )
        );
        // A node's key is always a plain key. ECDSA refuses a high s, so a signature has one form.
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, nodeSignature);
        require(signer == lease.node, BadNodeSignature(signer, lease.node));

        digest = _hashTypedDataV4(
            keccak256(
                abi.encode(TICK_TYPEHASH, receipt.leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head)
            )
        );
        require(
            SignatureChecker.isValidSignatureNowCalldata(terms.notary, digest, notarySignature),
            BadNotarySignature(terms.notary)
        );
    }

    /// @dev The public inputs are computed here, never taken from the caller, so a proof serves one receipt of one payee
    /// of one lease on one chain.
    function _checkProof(Lease storage lease, Receipt calldata receipt, Proof calldata proof) private view {
        uint256 origin = uint256(
            keccak256(abi.encode(block.chainid, address(this), receipt.leaseId, lease.payee, receipt.sequence))
        ) % FIELD;
        uint256 context = uint256(keccak256(abi.encode(origin, receipt.output))) % FIELD;
        require(
            verifier.verifyUsage(
                proof.a,
                proof.b,
                proof.c,
                IUsageVerifier.Inputs(context, origin, receipt.head, receipt.from, receipt.to)
            ),
            ProofRejected()
        );
    }
}
