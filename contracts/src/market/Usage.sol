// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketCore} from "../interfaces/IMarketCore.sol";
import {IUsage} from "../interfaces/IUsage.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {Leases} from "./Leases.sol";

/// @title Proof-gated capture, acceptance and settlement
abstract contract Usage is IUsage, Leases, EIP712 {
    bytes32 private constant TICK_TYPEHASH =
        keccak256("Tick(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head,bytes32 output,bool last)"
    );
    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256("Acceptance(bytes32 jobId,uint256 spent)");

    /// @dev Order of BN254's scalar field: hashes are reduced into it before they become public inputs.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @inheritdoc IUsage
    uint32 public constant notaryGrace = 5 minutes;

    /// @param base last second that was not billed on the node's word alone
    /// @param to   where the last optimistic receipt ended
    struct Unnotarised {
        uint32 base;
        uint32 to;
    }
    mapping(bytes32 leaseId => Unnotarised) private _unnotarised;

    /// @inheritdoc IMarketCore
    function capture(
        Terms calldata terms,
        Receipt calldata receipt,
        bytes calldata nodeSignature,
        bytes calldata notarySignature,
        Proof calldata proof
    ) external nonReentrant returns (uint256 amount, uint256 fee) {
        Lease storage lease = _leaseOfJob(terms, receipt.leaseId);
        _check(terms, lease, receipt, nodeSignature, notarySignature);
        require(
            verifier.verifyUsage(proof.a, proof.b, proof.c, _inputsOf(lease.payee, receipt)), ProofRejected()
        );
        return _bill(terms, lease, receipt);
    }

    /// @inheritdoc IUsage
    function captureBatch(Capture[] calldata captures) external nonReentrant returns (uint256 captured) {
        IUsageVerifier.Statement[] memory statements = new IUsageVerifier.Statement[](captures.length);
        for (uint256 i = 0; i < captures.length; i++) {
            Capture calldata item = captures[i];
            Receipt calldata receipt = item.receipt;
            Lease storage lease = _leaseOfJob(item.terms, receipt.leaseId);
            if (receipt.sequence < lease.sequence) {
                emit CaptureSkipped(receipt.leaseId, receipt.sequence);
                continue;
            }
            _check(item.terms, lease, receipt, item.nodeSignature, item.notarySignature);
            Proof calldata proof = item.proof;
            statements[captured++] = IUsageVerifier.Statement(proof.a, proof.b, proof.c, _inputsOf(lease.payee, receipt));
            // Before the proof is checked, so that the next receipt of the same lease finds its place; undone if it fails.
            _bill(item.terms, lease, receipt);
        }
        require(captured != 0, NothingCaptured());
        assembly ("memory-safe") {
            mstore(statements, captured) // never more than it was
        }
        require(verifier.verifyUsageBatch(statements), ProofRejected());
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

    function _check(
        Terms calldata terms,
        Lease storage lease,
        Receipt calldata receipt,
        bytes calldata nodeSignature,
        bytes calldata notarySignature
    ) private {
        require(
            lease.state == LeaseState.Started || lease.state == LeaseState.Ended,
            WrongState(lease.state, LeaseState.Started)
        );
        require(block.timestamp <= terms.captureDeadline, CaptureClosed(block.timestamp, terms.captureDeadline));
        _checkBounds(lease, receipt);
        _checkNode(lease.node, receipt, nodeSignature);
        if (notarySignature.length == 0) _takeGrace(lease.billedTo, receipt);
        else _checkNotary(terms.notary, receipt, notarySignature);
    }

    function _bill(Terms calldata terms, Lease storage lease, Receipt calldata receipt)
        private
        returns (uint256 amount, uint256 fee)
    {
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

        if (amount != 0) escrow.book(lease.jobId, lease.payee, amount, fee);
        if (receipt.last) {
            lease.output = receipt.output;
            if (lease.state == LeaseState.Started) _end(lease, receipt.leaseId, EndReason.Completed);
            _closeLease(lease, receipt.leaseId);
            _keepReserved(lease, 0);
        }
    }

    /// @dev Rule 6: with no notary the node's word counts for `notaryGrace` seconds past the last countersigned one, however
    /// many receipts it makes of them.
    function _takeGrace(uint32 billedTo, Receipt calldata receipt) private {
        Unnotarised storage last = _unnotarised[receipt.leaseId];
        // The lease stands where the last optimistic receipt ended: the notary has not spoken since.
        uint32 base = last.to == billedTo && billedTo != 0 ? last.base : billedTo;
        uint256 limit = uint256(base) + notaryGrace;
        require(receipt.to <= limit, BeyondNotaryGrace(receipt.to, limit));
        (last.base, last.to) = (base, receipt.to);
        emit CapturedWithoutNotary(receipt.leaseId, receipt.from, receipt.to);
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

    function _checkNode(address node, Receipt calldata receipt, bytes calldata signature) private view {
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
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(signer == node, BadNodeSignature(signer, node));
    }

    function _checkNotary(address notary, Receipt calldata receipt, bytes calldata signature) private view {
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(TICK_TYPEHASH, receipt.leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head)
            )
        );
        require(SignatureChecker.isValidSignatureNowCalldata(notary, digest, signature), BadNotarySignature(notary));
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
