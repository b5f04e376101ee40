// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IReputation} from "../interfaces/IReputation.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title The lease machine's inner steps, used by every verb that ends, changes or pays a lease
/// @dev Assigned -> Started -> Ended -> Closed; a lease that never started goes from Assigned to Closed.
abstract contract LeaseBase is MarketBase {
    using SafeCast for uint256;

    uint256 private constant BPS = 10_000;

    /// @dev Amount plus its fee. Rounded down per capture too, so captures together never exceed one rounding of the sum.
    function _withFee(uint256 amount, uint256 feeBps) internal pure returns (uint256) {
        return amount + _feeOf(amount, feeBps);
    }

    function _feeOf(uint256 amount, uint256 feeBps) internal pure returns (uint256) {
        return amount * feeBps / BPS;
    }

    function _leaseOfJob(Terms calldata terms, bytes32 leaseId) internal view returns (Lease storage lease) {
        lease = _leases[leaseId];
        bytes32 jobId = escrow.jobIdOf(terms);
        require(lease.jobId == jobId, WrongJob(jobId, lease.jobId));
    }

    function _leaseIdOf(bytes32 jobId, uint256 index) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), jobId, index));
    }

    function _liveLeaseOf(uint256 assetId) internal view returns (bytes32) {
        bytes32 last = _lastLeaseOf[assetId];
        LeaseState state = _leases[last].state;
        return state == LeaseState.Assigned || state == LeaseState.Started ? last : bytes32(0);
    }

    /// @dev Last moment to start. Assigned leases end a start window after their seconds, so the window of the day the
    /// lease was assigned needs no slot of its own.
    function _startBy(Lease storage lease) internal view returns (uint256) {
        return uint256(lease.endsAt) - lease.maxSeconds;
    }

    /// @dev Everything `end` does, in the name of `by`.
    function _endAs(address by, Terms calldata terms, bytes32 leaseId, EndReason reason) internal {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        bool started = lease.state == LeaseState.Started;
        require(started || lease.state == LeaseState.Assigned, WrongState(lease.state, LeaseState.Started));
        require(
            started ? _mayEnd(by, terms, lease, reason) : _mayDrop(by, terms, lease, reason), NotAllowedToEnd(by)
        );
        bool late = !started && block.timestamp > _startBy(lease);
        _end(lease, leaseId, reason);
        if (!started) _closeLease(lease, leaseId);

        // Past the capture deadline the reservation is void anyway, and `settle` or `reclaim` may have emptied the job:
        // ending must still work then, or the asset would stay busy for ever.
        uint256 needed = started ? _billableWithFee(lease, terms.feeBps) : 0;
        if (block.timestamp <= terms.captureDeadline) {
            _giveBack(terms, lease.assignedAt, lease.reserved - needed);
            _keepReserved(lease, needed);
        }
        if (!started) _unstake(terms, lease, leaseId, late && reason == EndReason.NeverStarted);
    }

    /// @dev Fixes the end and frees the asset; an end after `endsAt` counts as at `endsAt`.
    function _end(Lease storage lease, bytes32 leaseId, EndReason reason) internal {
        lease.state = LeaseState.Ended;
        lease.reason = reason;
        lease.endedAt = uint40(Math.min(block.timestamp, lease.endsAt));
        emit LeaseEnded(leaseId, reason, lease.endedAt);
        asset.vacate(lease.assetId);
    }

    function _closeLease(Lease storage lease, bytes32 leaseId) internal {
        lease.state = LeaseState.Closed;
        _jobLeases[lease.jobId].open--;
        emit LeaseClosed(leaseId, lease.billedSeconds, lease.output);
    }

    /// @dev Frees what exceeds `needed` at once for the job's next lease (rule 5).
    function _keepReserved(Lease storage lease, uint256 needed) internal {
        uint256 freed = lease.reserved - needed;
        if (freed == 0) return;
        lease.reserved = needed.toUint128();
        escrow.unreserve(lease.jobId, lease.payee, freed);
    }

    /// @dev Promises money of the job: the buyer's own cap over all jobs binds here, where nobody has worked for it yet.
    function _reserve(Terms calldata terms, address payee, uint256 amount) internal {
        SpendingCap memory spending = _spendingCaps[terms.buyer][terms.token];
        if (spending.periodSeconds != 0) {
            if (block.timestamp >= uint256(spending.since) + spending.periodSeconds) {
                (spending.used, spending.since) = (0, uint32(block.timestamp));
            }
            uint256 left = spending.cap > spending.used ? spending.cap - spending.used : 0;
            require(amount <= left, SpendingCapReached(amount, left));
            spending.used += uint96(amount); // at most `left`
            _spendingCaps[terms.buyer][terms.token] = spending;
        }
        escrow.reserve(terms, payee, amount);
    }

    /// @dev What was promised in this period and will not be billed does not count against the buyer's cap.
    function _giveBack(Terms calldata terms, uint256 assignedAt, uint256 freed) internal {
        SpendingCap storage spending = _spendingCaps[terms.buyer][terms.token];
        if (spending.periodSeconds == 0 || freed == 0 || assignedAt < spending.since) return;
        spending.used -= uint96(Math.min(freed, spending.used));
    }

    /// @dev Most that the lease can still bill up to its end (`endedAt`, or `endsAt` while it runs).
    function _billableWithFee(Lease storage lease, uint256 feeBps) internal view returns (uint256) {
        uint256 until = lease.endedAt == 0 ? lease.endsAt : lease.endedAt;
        uint256 elapsed = until - lease.startedAt;
        uint256 billable = Math.min(elapsed - lease.billedTo, lease.maxSeconds - lease.billedSeconds);
        return _withFee(uint256(lease.pricePerSecond) * billable, feeBps);
    }

    /// @dev Frees the stake locked at assignment; a node that was silent for the whole window pays first (rule 10). The
    /// registry takes no more than what is locked for this lease and ignores what it does not know.
    function _unstake(Terms calldata terms, Lease storage lease, bytes32 leaseId, bool neverStarted) internal {
        address provider = lease.payee;
        if (neverStarted) reputation.recordFault(provider, uint8(IReputation.Fault.NeverStarted));
        if (!lease.staked) return;
        if (neverStarted) {
            uint256 taken = registry.penalise(leaseId, parameters.neverStartedPenalty(), terms.refundTo);
            emit LeasePenalised(leaseId, provider, terms.refundTo, taken);
        }
        lease.staked = false;
        registry.unlock(leaseId);
    }

    /// @dev Who may end a running lease, and as what. Closed: anything not named here is refused.
    function _mayEnd(address by, Terms calldata terms, Lease storage lease, EndReason reason) private view returns (bool) {
        if (reason == EndReason.StoppedByBuyer) return by == terms.buyer;
        if (reason == EndReason.Completed || reason == EndReason.Failed) return by == lease.node;
        if (reason == EndReason.NodeLost) return by == terms.scheduler;
        if (block.timestamp < lease.endsAt) return false;
        return reason == (lease.evicted ? EndReason.Evicted : EndReason.Expired);
    }

    /// @dev Who may end a lease that did not start.
    function _mayDrop(address by, Terms calldata terms, Lease storage lease, EndReason reason) private view returns (bool) {
        if (reason == EndReason.StoppedByBuyer) return by == terms.buyer;
        return reason == EndReason.NeverStarted
            && (by == lease.node || by == terms.scheduler || block.timestamp > _startBy(lease));
    }
}
