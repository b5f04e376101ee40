// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IInference} from "../interfaces/IInference.sol";
import {IInferenceVerifier} from "../interfaces/IInferenceVerifier.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {LeaseBase} from "./LeaseBase.sol";

/// @title Proof-gated answers: paid at once, or not at all
/// @dev A lease of such a job has no capture deadline (see `Leases`), which every other way to bill checks first.
abstract contract Inference is LeaseBase, IInference {
    bytes32 private constant WORKLOAD_TYPEHASH =
        keccak256("InferenceWorkload(bytes32 modelId,uint256 inputCommitment,bytes32 spec)");
    /// @dev Order of BN254's scalar field: hashes are reduced into it before they become public inputs.
    uint256 private constant FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    IInferenceVerifier public immutable inferenceVerifier;

    constructor(IInferenceVerifier inferenceVerifier_) {
        inferenceVerifier = inferenceVerifier_;
    }

    /// @inheritdoc IInference
    function captureInference(
        Terms calldata terms,
        bytes32 leaseId,
        Answer calldata answer,
        Proof calldata proof
    ) external nonReentrant returns (uint256 amount, uint256 fee) {
        Lease storage lease = _inferenceLease(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        require(billing.state == LeaseState.Started, WrongState(billing.state, LeaseState.Started));
        require(block.timestamp <= billing.until, CaptureClosed(block.timestamp, billing.until));
        // Whoever copied the proof could else put another output under it.
        require(msg.sender == lease.node || msg.sender == lease.payee, NotNode(msg.sender, lease.node));
        _checkProof(terms, lease.payee, leaseId, answer, proof);

        // The whole price, whatever the time: everything that was reserved and not yet billed, which is all of it.
        uint256 gross = _reservedOf(lease, 0);
        amount = uint256(lease.pricePerSecond) * lease.heldSeconds;
        fee = gross - amount;
        billing.billedSeconds = lease.heldSeconds;
        lease.output = answer.output;
        emit InferenceCaptured(
            lease.jobId, leaseId, answer.modelId, answer.inputCommitment, answer.class, amount, fee
        );
        IJobEscrow.Booked[] memory bookings = new IJobEscrow.Booked[](1);
        bookings[0] = IJobEscrow.Booked(keccak256(abi.encode(lease.jobId, lease.payee, terms.buyer)), gross);
        escrow.book(bookings);
        _end(lease, leaseId, EndReason.Completed);
        _closeLease(lease, leaseId);
        // The terms made the proof the buyer's acceptance: nothing is left to claim on.
        escrow.accept(terms);
        _settle(terms, lease.jobId);
        // A claim that was opened before the answer may hold the account: the money is accepted and leaves when that ends.
        try escrow.release(terms, lease.payee) {} catch {}
    }

    /// @inheritdoc IInference
    function refundInference(Terms calldata terms, bytes32 leaseId) external nonReentrant returns (uint256 refunded) {
        Lease storage lease = _inferenceLease(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        if (billing.state == LeaseState.Started) {
            require(block.timestamp > billing.until, IJobEscrow.TooEarly(block.timestamp, uint256(billing.until) + 1));
            _end(lease, leaseId, EndReason.Expired);
        }
        require(billing.state == LeaseState.Ended, WrongState(billing.state, LeaseState.Ended));
        _closeLease(lease, leaseId);
        // Past the capture deadline `settle` or `reclaim` may have emptied the job (see `_endAs`).
        if (block.timestamp > terms.captureDeadline) return 0;
        _holdOnly(lease, leaseId, 0);
        return _settle(terms, lease.jobId);
    }

    /// @inheritdoc IInference
    function inferenceWorkloadOf(bytes32 modelId, uint256 inputCommitment, bytes32 spec) public pure returns (bytes32) {
        return keccak256(abi.encode(WORKLOAD_TYPEHASH, modelId, inputCommitment, spec));
    }

    /// @dev Where another lease of the job is open, the job goes on.
    function _settle(Terms calldata terms, bytes32 jobId) private returns (uint256 refunded) {
        if (_jobLeases[jobId].open != 0) return 0;
        IJobEscrow.Job memory job = escrow.jobOf(jobId);
        refunded = escrow.settle(terms);
        emit JobSettled(jobId, uint256(job.paid) + job.booked, job.fees, refunded);
    }

    function _inferenceLease(Terms calldata terms, bytes32 leaseId) private view returns (Lease storage lease) {
        lease = _leaseOfJob(terms, leaseId);
        require(terms.notary == address(this), NotInference(lease.jobId));
    }

    /// @dev The context is computed here, never taken from the caller, so a proof serves one lease of one payee of one chain.
    function _checkProof(
        Terms calldata terms,
        address payee,
        bytes32 leaseId,
        Answer calldata answer,
        Proof calldata proof
    ) private view {
        bytes32 workload = inferenceWorkloadOf(answer.modelId, answer.inputCommitment, answer.spec);
        require(workload == terms.workload, OtherInference(workload, terms.workload));
        uint256 context =
            uint256(keccak256(abi.encode(block.chainid, address(this), leaseId, payee, answer.modelId))) % FIELD;
        require(
            inferenceVerifier.verifyInference(
                answer.modelId, context, answer.inputCommitment, answer.class, proof
            ),
            InferenceRejected()
        );
    }
}
