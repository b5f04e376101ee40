// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {EscrowStore} from "./EscrowStore.sol";

/// @title What only the market and the court may do with a job's money
abstract contract EscrowDriven is EscrowStore {
    /// @inheritdoc IJobEscrow
    address public immutable market;
    /// @inheritdoc IJobEscrow
    address public immutable court;

    modifier onlyMarket() {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _;
    }

    modifier onlyCourt() {
        require(msg.sender == court, OnlyCourt(msg.sender));
        _;
    }

    constructor(address market_, address court_) {
        market = market_;
        court = court_;
    }

    // --- the market ---

    /// @inheritdoc IJobEscrow
    function reserve(Terms calldata terms, address payee, uint256 amount) external onlyMarket {
        bytes32 jobId = jobIdOf(terms);
        Head storage head = _openJob(jobId);
        Account storage account = _accountFor(jobId, head, terms, payee);
        uint256 before = _committed(account);
        account.reserved = _bounded(account.reserved + amount);
        _commit(jobId, account, before, _committed(account));
        emit JobReserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    function unreserve(bytes32 jobId, address payee, uint256 amount) external onlyMarket {
        Head storage head = _openJob(jobId);
        Account storage account = _account(jobId, head.buyer, payee);
        uint256 before = _committed(account);
        _takeReserved(account, amount);
        _commit(jobId, account, before, _committed(account));
        emit JobUnreserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    function book(bytes32 jobId, address payee, uint256 amount, uint256 fee) external onlyMarket {
        Head storage head = _openJob(jobId);
        Account storage account = _account(jobId, head.buyer, payee);
        uint256 gross = amount + fee;
        _takeReserved(account, gross);
        // What vouchers have paid ahead of the proof is not booked again.
        uint256 ahead = account.spent - account.proven;
        account.proven += uint48(gross);
        if (ahead != 0) {
            uint256 left = gross - (gross < ahead ? gross : ahead);
            fee = gross == 0 ? 0 : fee * left / gross;
            (amount, gross) = (left - fee, left);
        }
        if (gross == 0) return;

        account.spent += uint48(gross);
        if (_has(head.flags, JOB_SHARED)) _totals[jobId].spent += uint48(gross);
        if (_has(head.flags, JOB_ACCEPTED)) head.flags &= ~JOB_ACCEPTED;
        Tail storage tail = _tails[jobId];
        (tail.booked, tail.fees) = (tail.booked + uint48(amount), tail.fees + uint48(fee));
        Booking storage booking = _roll(jobId, payee);
        booking.waiting += uint48(amount);
        booking.waitingFee += uint48(fee);
        booking.gross += uint48(gross);
        emit JobBooked(jobId, payee, amount, fee);
    }

    /// @inheritdoc IJobEscrow
    function accept(Terms calldata terms) external onlyMarket {
        Head storage head = _openJob(jobIdOf(terms));
        head.flags |= JOB_ACCEPTED;
        head.round++;
    }

    /// @inheritdoc IJobEscrow
    function settle(Terms calldata terms) external onlyMarket nonReentrant returns (uint256 refunded) {
        return _close(jobIdOf(terms), terms);
    }

    // --- the court ---

    /// @inheritdoc IJobEscrow
    function hold(Terms calldata terms, address payee) external onlyCourt {
        bytes32 jobId = jobIdOf(terms);
        Account storage account = _account(jobId, terms.buyer, payee);
        require(_has(account.flags, ACCOUNT_OPEN), JobUnknown(jobId));
        account.flags |= ACCOUNT_HELD;
        emit JobHeld(jobId, payee);
    }

    /// @inheritdoc IJobEscrow
    function ruleOn(Terms calldata terms, address payee, uint256 toPayee, uint256 toBuyer) external onlyCourt nonReentrant {
        bytes32 jobId = jobIdOf(terms);
        Account storage account = _account(jobId, terms.buyer, payee);
        require(_has(account.flags, ACCOUNT_HELD), NotHeld(jobId, payee));
        account.flags &= ~ACCOUNT_HELD;
        Booking storage booking = _roll(jobId, payee);
        (uint256 waiting, uint256 waitingFee) = (booking.waiting, booking.waitingFee);
        // The buyer may have accepted more since the court counted: that is the payee's, and no reason to block a ruling.
        if (toBuyer > waiting) toBuyer = waiting;
        toPayee = waiting - toBuyer;
        (booking.waiting, booking.waitingFee) = (0, 0);

        uint256 fee = waiting == 0 ? 0 : waitingFee * toPayee / waiting;
        uint256 back = toBuyer + waitingFee - fee;
        Tail storage tail = _tails[jobId];
        tail.booked -= uint48(waiting);
        tail.fees -= uint48(waitingFee - fee);
        if (back != 0) _ruledBack[jobId] += back;
        emit JobRuled(jobId, payee, toPayee, toBuyer, fee);
        _credit(payee, terms.token, toPayee);
        _credit(terms.feeRecipient, terms.token, fee);
        if (back != 0) emit JobRefunded(jobId, terms.refundTo, back);
        _push(terms.token, terms.refundTo, back);
    }

    // --- inside ---

    /// @dev Checks what the account is committed to `then` against the job's limit, and keeps the job's sum.
    function _commit(bytes32 jobId, Account storage account, uint256 before, uint256 then) private {
        bool sole = _has(account.flags, ACCOUNT_SOLE);
        Totals storage totals = _totals[jobId];
        if (then > before) {
            uint256 free = sole ? account.limit - before : totals.limit - totals.committed;
            require(then - before <= free, InsufficientFree(then - before, free));
        }
        if (!sole) totals.committed = uint48(totals.committed + then - before);
    }

    function _takeReserved(Account storage account, uint256 amount) private {
        require(amount <= account.reserved, InsufficientReserved(amount, account.reserved));
        account.reserved -= uint48(amount);
    }

    /// @dev Booked money is out of reach: it belongs to providers and only waits.
    function _close(bytes32 jobId, Terms calldata terms) internal returns (uint256 refunded) {
        Head storage head = _openJob(jobId);
        (, uint256 spent) = _sums(jobId, head);
        refunded = head.deposited - spent;
        head.flags |= JOB_CLOSED;
        address payee = _tails[jobId].payee;
        if (payee != address(0) && !_has(head.flags, JOB_SHARED)) {
            // The account answers vouchers by itself, so it must know.
            _account(jobId, terms.buyer, payee).flags |= ACCOUNT_CLOSED;
            _payVoucherFee(jobId, terms, payee);
        }
        if (refunded != 0) emit JobRefunded(jobId, terms.refundTo, refunded);
        emit JobClosed(jobId);
        _push(terms.token, terms.refundTo, refunded);
    }

    /// @dev The fee on what vouchers paid: known, and paid, once the job is closed.
    function _payVoucherFee(bytes32 jobId, Terms calldata terms, address payee) internal returns (uint256 fee) {
        Account storage account = _account(jobId, terms.buyer, payee);
        if (_has(account.flags, ACCOUNT_FEE_PAID)) return 0;
        fee = _feeIn(account.spent - _bookings[jobId][payee].gross, account.feeBps);
        if (fee == 0) return 0;
        account.flags |= ACCOUNT_FEE_PAID;
        emit JobReleased(jobId, payee, 0, fee);
        _credit(terms.feeRecipient, terms.token, fee);
    }
}
