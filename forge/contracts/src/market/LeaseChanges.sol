// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketDesk} from "../interfaces/IMarketDesk.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {LeaseBase} from "./LeaseBase.sol";

/// @title What happens to a lease between its assignment and the end of its windows
/// @dev A relayed verb is the same as the buyer's own, so replaying a signature does nothing new: stopping, cancelling and
/// extending to a named length have an effect once. The spending cap carries a nonce, since a former one could come back.
abstract contract LeaseChanges is LeaseBase, EIP712, IMarketDesk {
    bytes32 private constant EXTEND_TYPEHASH = keccak256("Extend(bytes32 leaseId,uint32 maxSeconds,uint256 deadline)");
    bytes32 private constant STOP_TYPEHASH = keccak256("Stop(bytes32 leaseId,uint256 deadline)");
    bytes32 private constant CANCEL_TYPEHASH = keccak256("Cancel(bytes32 jobId,uint256 deadline)");
    bytes32 private constant SPENDING_CAP_TYPEHASH = keccak256(
        "SpendingCap(address token,uint128 cap,uint32 periodSeconds,uint256 nonce,uint256 deadline)"
    );

    /// @dev A year: `since` plus a period stays far from the end of 32 bits.
    uint32 private constant LONGEST_PERIOD = 366 days;

    // --- the buyer ---

    /// @inheritdoc IMarketDesk
    function extend(Terms calldata terms, bytes32 leaseId, uint32 maxSeconds) external nonReentrant {
        require(msg.sender == terms.buyer, NotBuyer(msg.sender, terms.buyer));
        _extend(terms, leaseId, maxSeconds);
    }

    /// @inheritdoc IMarketDesk
    function extendFor(Terms calldata terms, bytes32 leaseId, uint32 maxSeconds, uint256 deadline, bytes calldata signature)
        external
        nonReentrant
    {
        bytes32 hash = keccak256(abi.encode(EXTEND_TYPEHASH, leaseId, maxSeconds, deadline));
        _requireSigned(terms.buyer, hash, deadline, signature);
        _extend(terms, leaseId, maxSeconds);
    }

    /// @inheritdoc IMarketDesk
    function stopFor(Terms calldata terms, bytes32 leaseId, uint256 deadline, bytes calldata signature)
        external
        nonReentrant
    {
        bytes32 hash = keccak256(abi.encode(STOP_TYPEHASH, leaseId, deadline));
        _requireSigned(terms.buyer, hash, deadline, signature);
        _endAs(terms.buyer, terms, leaseId, EndReason.StoppedByBuyer);
    }

    /// @inheritdoc IMarketDesk
    function cancel(Terms calldata terms, bytes32[] calldata leaseIds) external nonReentrant returns (uint256 refunded) {
        require(msg.sender == terms.buyer, NotBuyer(msg.sender, terms.buyer));
        return _cancel(terms, escrow.jobIdOf(terms), leaseIds);
    }

    /// @inheritdoc IMarketDesk
    function cancelFor(Terms calldata terms, bytes32[] calldata leaseIds, uint256 deadline, bytes calldata signature)
        external
        nonReentrant
        returns (uint256 refunded)
    {
        bytes32 jobId = escrow.jobIdOf(terms);
        bytes32 hash = keccak256(abi.encode(CANCEL_TYPEHASH, jobId, deadline));
        _requireSigned(terms.buyer, hash, deadline, signature);
        return _cancel(terms, jobId, leaseIds);
    }

    /// @inheritdoc IMarketDesk
    function setSpendingCap(address token, uint128 cap, uint32 periodSeconds) external {
        _setSpendingCap(msg.sender, token, cap, periodSeconds);
    }

    /// @inheritdoc IMarketDesk
    function setSpendingCapFor(
        address buyer,
        address token,
        uint128 cap,
        uint32 periodSeconds,
        uint256 deadline,
        bytes calldata signature
    ) external {
        uint256 nonce = _spendingNonces[buyer]++;
        bytes32 hash = keccak256(abi.encode(SPENDING_CAP_TYPEHASH, token, cap, periodSeconds, nonce, deadline));
        _requireSigned(buyer, hash, deadline, signature);
        _setSpendingCap(buyer, token, cap, periodSeconds);
    }

    /// @inheritdoc IMarketDesk
    function spendingCapOf(address buyer, address token)
        external
        view
        returns (uint256 cap, uint256 used, uint32 periodSeconds)
    {
        SpendingCap storage spending = _spendingCaps[buyer][token];
        bool over = block.timestamp >= uint256(spending.since) + spending.periodSeconds;
        return (spending.cap, over ? 0 : spending.used, spending.periodSeconds);
    }

    /// @inheritdoc IMarketDesk
    function spendingNonceOf(address buyer) external view returns (uint256) {
        return _spendingNonces[buyer];
    }

    // --- the provider, and anybody ---

    /// @inheritdoc IMarketDesk
    function giveNotice(Terms calldata terms, bytes32 leaseId) external nonReentrant {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        require(billing.state == LeaseState.Started, WrongState(billing.state, LeaseState.Started));
        require(msg.sender == lease.payee, NotPayee(msg.sender, lease.payee));
        uint256 endsAt = block.timestamp + lease.noticeSeconds;
        // Also what stops a second notice: it could only come later.
        require(endsAt < billing.until, NoticeTooLong(endsAt, billing.until));
        // Both smaller than before.
        (billing.until, lease.maxSeconds) = (uint40(endsAt), uint32(endsAt - billing.startedAt));
        lease.evicted = true;
        emit NoticeGiven(leaseId, lease.maxSeconds, uint64(endsAt));
        asset.prolong(lease.assetId, uint64(endsAt));
        _holdOnly(lease, leaseId, _billable(lease, billing));
    }

    /// @inheritdoc IMarketDesk
    function waive(Terms calldata terms, bytes32 leaseId) external nonReentrant {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        require(billing.state == LeaseState.Ended, WrongState(billing.state, LeaseState.Ended));
        require(
            msg.sender == lease.payee || (msg.sender == lease.node && registry.canCapture(msg.sender)),
            NotPayee(msg.sender, lease.payee)
        );
        _closeLease(lease, leaseId);
        // Past the capture deadline `settle` or `reclaim` may have emptied the job.
        if (block.timestamp <= terms.captureDeadline) _holdOnly(lease, leaseId, billing.billedSeconds);
    }

    /// @inheritdoc IMarketDesk
    function finish(Terms calldata terms, bytes32 leaseId) external nonReentrant {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        require(!lease.finished, AlreadyFinished(leaseId));
        Billing storage billing = _billingOf(leaseId);
        require(
            billing.state == LeaseState.Ended || billing.state == LeaseState.Closed,
            WrongState(billing.state, LeaseState.Closed)
        );
        // Rule 8: stake stands behind the lease until nobody can claim on it any more, or buyer and provider agreed.
        require(
            block.timestamp > terms.claimDeadline || escrow.jobOf(lease.jobId).closed,
            IJobEscrow.TooEarly(block.timestamp, uint256(terms.claimDeadline) + 1)
        );
        lease.finished = true;
        _unstake(terms, lease, leaseId, false);
        uint256 earned = uint256(lease.pricePerSecond) * billing.billedSeconds + _countVouchers(terms, lease);
        emit LeaseFinished(leaseId, lease.payee, earned);
        if (earned != 0) {
            reputation.recordSettled(lease.payee, terms.buyer, earned, _feeOf(earned, terms.feeBps), terms.feeRecipient);
        }
    }

    // --- inside ---

    /// @dev What vouchers paid the lease's payee in this job beyond all that is proven, fee taken off, and not counted before:
    /// a job has leases, its vouchers do not, so the first lease that is finished brings them.
    function _countVouchers(Terms calldata terms, Lease storage lease) private returns (uint256 earned) {
        (,, uint256 proven, uint256 spent,) = escrow.accountOf(lease.jobId, lease.payee);
        uint256 beyond = (spent - proven) * BPS / (BPS + terms.feeBps);
        uint256 counted = _countedVouchers[lease.jobId][lease.payee];
        // A later proof may have caught up with a voucher that was counted.
        if (beyond <= counted) return 0;
        _countedVouchers[lease.jobId][lease.payee] = beyond;
        return beyond - counted;
    }

    function _extend(Terms calldata terms, bytes32 leaseId, uint32 maxSeconds) private {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        Billing storage billing = _billingOf(leaseId);
        require(
            (billing.state == LeaseState.Started && !lease.evicted) || billing.state == LeaseState.Assigned,
            WrongState(billing.state, LeaseState.Started)
        );
        uint32 former = lease.maxSeconds;
        require(maxSeconds > former, LeaseNotLonger(maxSeconds, former));
        require(maxSeconds <= lease.longestSeconds, LeaseTooLong(maxSeconds, lease.longestSeconds));
        uint256 endsAt = uint256(billing.until) + (maxSeconds - former);
        // A lease whose time is over is ended, not brought back: its asset may be promised to others.
        require(block.timestamp < billing.until, PastLeaseEnd(block.timestamp, billing.until));
        require(endsAt <= terms.leaseEnd, PastLeaseEnd(endsAt, terms.leaseEnd));

        uint256 price = lease.pricePerSecond;
        uint256 more = _withFee(price * maxSeconds, terms.feeBps) - _withFee(price * former, terms.feeBps);
        (lease.maxSeconds, lease.heldSeconds, billing.until) = (maxSeconds, maxSeconds, uint40(endsAt));
        emit LeaseExtended(leaseId, maxSeconds, uint64(endsAt), more);
        asset.prolong(lease.assetId, uint64(endsAt));
        _reserve(terms, lease.payee, more);
    }

    function _cancel(Terms calldata terms, bytes32 jobId, bytes32[] calldata leaseIds) private returns (uint256 refunded) {
        for (uint256 i = 0; i < leaseIds.length; i++) {
            // A node that started has earned: that lease is stopped and paid for, not cancelled.
            LeaseState state = _billingOf(leaseIds[i]).state;
            require(state == LeaseState.Assigned, WrongState(state, LeaseState.Assigned));
            _endAs(terms.buyer, terms, leaseIds[i], EndReason.StoppedByBuyer);
        }
        uint256 open = _jobLeases[jobId].open;
        require(open == 0, LeasesStillOpen(open));
        IJobEscrow.Job memory job = escrow.jobOf(jobId);
        uint256 spent = uint256(job.booked) + job.paid + job.fees;
        require(spent == 0, AlreadySpent(spent));
        refunded = escrow.settle(terms);
        emit JobSettled(jobId, 0, 0, refunded);
    }

    function _setSpendingCap(address buyer, address token, uint128 cap, uint32 periodSeconds) private {
        require(periodSeconds <= LONGEST_PERIOD, PeriodOutOfRange(periodSeconds, LONGEST_PERIOD));
        require(cap <= type(uint96).max, PriceTooHigh(cap, type(uint96).max));
        SpendingCap storage spending = _spendingCaps[buyer][token];
        // What this period has used stays used: setting the cap again is no way around it.
        (spending.cap, spending.periodSeconds) = (uint96(cap), periodSeconds);
        if (spending.since == 0) spending.since = uint32(block.timestamp);
        emit SpendingCapSet(buyer, token, cap, periodSeconds);
    }

    function _requireSigned(address buyer, bytes32 structHash, uint256 deadline, bytes calldata signature) private view {
        require(block.timestamp <= deadline, SignatureExpired(block.timestamp, deadline));
        bytes32 digest = _hashTypedDataV4(structHash);
        require(SignatureChecker.isValidSignatureNowCalldata(buyer, digest, signature), BadBuyerSignature(buyer));
    }
}
