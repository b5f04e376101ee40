// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IReputation} from "../interfaces/IReputation.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title The lease machine's inner steps, used by every verb that ends, changes or pays a lease
/// @dev Assigned -> Started -> Ended -> Closed; a lease that never started goes from Assigned to Closed.
abstract contract LeaseBase is MarketBase {
    uint256 internal constant BPS = 10_000;

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

    /// @dev The slot is the id itself: the hash of 128 bytes, as no mapping's (they hash 64).
    function _billingOf(bytes32 leaseId) internal pure returns (Billing storage billing) {
        assembly ("memory-safe") {
            billing.slot := leaseId
        }
    }

    function _liveLeaseOf(uint256 assetId) internal view returns (bytes32) {
        bytes32 last = _lastLeaseOf[assetId];
        LeaseState state = _billingOf(last).state;
        return state == LeaseState.Assigned || state == LeaseState.Started ? last : bytes32(0);
    }

    /// @dev Last moment to start. Assigned leases end a start window after their seconds, so the window of the day the
    /// lease was assigned needs no slot of its own.
    function _startBy(Lease storage lease, Billing storage billing) internal view returns (uint256) {
        return uint256(billing.until) - lease.maxSeconds;
    }

    /// @dev Everything `end` does, in the name of `by`.
    function _endAs(address by, Terms calldata terms, bytes32 leaseId, EndReason reason) internal {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        LeaseState state = billing.state;
        bool started = state == LeaseState.Started;
        require(started || state == LeaseState.Assigned, WrongState(state, LeaseState.Started));
        bool late = !started && block.timestamp > _startBy(lease, billing);
        require(
            started ? _mayEnd(by, terms, lease, billing, reason) : _mayDrop(by, terms, lease, late, reason),
            NotAllowedToEnd(by)
        );
        _end(lease, leaseId, reason);
        if (!started) _closeLease(lease, leaseId);

        // Past the capture deadline the reservation is void anyway, and `settle` or `reclaim` may have emptied the job:
        // ending must still work then, or the asset would stay busy for ever.
        if (block.timestamp <= terms.captureDeadline) {
            _holdOnly(lease, leaseId, started ? _billable(lease, billing) : 0);
        }
        if (!started) _unstake(terms, lease, leaseId, late && reason == EndReason.NeverStarted);
    }

    /// @dev Fixes the end and frees the asset; an end after the lease's time counts as at its end.
    function _end(Lease storage lease, bytes32 leaseId, EndReason reason) internal {
        Billing storage billing = _billingOf(leaseId);
        uint40 endedAt = uint40(Math.min(block.timestamp, billing.until));
        (billing.state, billing.until) = (LeaseState.Ended, endedAt);
        lease.reason = reason;
        emit LeaseEnded(leaseId, reason, endedAt);
        asset.vacate(lease.assetId);
    }

    function _closeLease(Lease storage lease, bytes32 leaseId) internal {
        Billing storage billing = _billingOf(leaseId);
        billing.state = LeaseState.Closed;
        _jobLeases[lease.jobId].open--;
        emit LeaseClosed(leaseId, billing.billedSeconds, lease.output);
    }

    /// @dev What the escrow still reserves for the lease.
    function _reservedOf(Lease storage lease, uint256 billedSeconds) internal view returns (uint256) {
        (uint256 price, uint256 feeBps) = (lease.pricePerSecond, lease.feeBps);
        return _withFee(price * lease.heldSeconds, feeBps) - _withFee(price * billedSeconds, feeBps);
    }

    /// @dev Keeps the reservation of that many seconds, billed ones included, and frees the rest at once for the job's next
    /// lease (rule 5); within the period of the promise, for the buyer's spending cap too.
    function _holdOnly(Lease storage lease, bytes32 leaseId, uint256 heldSeconds) internal {
        uint256 billedSeconds = _billingOf(leaseId).billedSeconds;
        uint256 freed = _reservedOf(lease, billedSeconds);
        lease.heldSeconds = uint32(heldSeconds); // at most what it was
        freed -= _reservedOf(lease, billedSeconds);
        if (freed == 0) return;
        (address buyer, address token) = escrow.unreserve(lease.jobId, lease.payee, freed);
        SpendingCap storage spending = _spendingCaps[buyer][token];
        if (spending.periodSeconds == 0 || lease.assignedAt < spending.since) return;
        spending.used -= uint96(Math.min(freed, spending.used));
    }

    /// @dev Promises money of the job: the buyer's own cap over all jobs binds here, where nobody has worked for it yet.
    function _reserve(Terms calldata terms, address payee, uint256 amount) internal returns (bytes32 accountId) {
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
        return escrow.reserve(terms, payee, amount);
    }

    /// @dev Seconds billed and those that a started lease can still bill, up to its end.
    function _billable(Lease storage lease, Billing storage billing) internal view returns (uint256) {
        uint256 billed = billing.billedSeconds;
        uint256 left = uint256(billing.until) - billing.startedAt - billing.billedTo;
        return billed + Math.min(left, lease.maxSeconds - billed);
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
    function _mayEnd(address by, Terms calldata terms, Lease storage lease, Billing storage billing, EndReason reason)
        private
        view
        returns (bool)
    {
        if (reason == EndReason.Completed || reason == EndReason.Failed) return by == lease.node;
        // A proven answer is public in the node's own transaction: nobody may end the lease in front of it and keep the money.
        // Its time over, `refundInference` ends it.
        if (billing.captureDeadline == 0) return false;
        if (reason == EndReason.StoppedByBuyer) return by == terms.buyer;
        if (reason == EndReason.NodeLost) return by == terms.scheduler;
        if (block.timestamp < billing.until) return false;
        return reason == (lease.evicted ? EndReason.Evicted : EndReason.Expired);
    }

    /// @dev Who may end a lease that did not start.
    function _mayDrop(address by, Terms calldata terms, Lease storage lease, bool late, EndReason reason)
        private
        view
        returns (bool)
    {
        if (reason == EndReason.StoppedByBuyer) return by == terms.buyer;
        return reason == EndReason.NeverStarted && (by == lease.node || by == terms.scheduler || late);
    }
}
