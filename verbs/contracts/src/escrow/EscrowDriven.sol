// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
    function reserve(Terms calldata terms, address payee, uint256 amount)
        external
        onlyMarket
        returns (bytes32 accountId)
    {
        bytes32 jobId = jobIdOf(terms);
        accountId = _accountFor(jobId, _openJob(jobId), terms, payee);
        Account storage account = _at(accountId);
        uint256 before = _committed(account);
        account.reserved = _bounded(account.reserved + amount);
        _commit(jobId, account, before, _committed(account));
        emit JobReserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    function unreserve(bytes32 jobId, address payee, uint256 amount)
        external
        onlyMarket
        returns (address buyer, address token)
    {
        Head storage head = _openJob(jobId);
        (buyer, token) = (head.buyer, _tokenOf[head.token]);
        Account storage account = _account(jobId, buyer, payee);
        uint256 before = _committed(account);
        _takeReserved(account, amount);
        _commit(jobId, account, before, _committed(account));
        emit JobUnreserved(jobId, amount);
    }

    /// @inheritdoc IJobEscrow
    /// @dev The market alone names accounts, and only those of its leases: an id is a slot, and is not looked up anywhere.
    function book(Booked[] calldata bookings) external onlyMarket {
        // The ordinary account: open, of the job's only payee, not closed, nothing paid by vouchers.
        uint256 mask = uint256(ACCOUNT_OPEN | ACCOUNT_SOLE | ACCOUNT_CLOSED | ACCOUNT_MIXED) << 216;
        uint256 ordinary = uint256(ACCOUNT_OPEN | ACCOUNT_SOLE) << 216;
        // proven + reserved stays what it was, at most `limit`, and spent is proven: no field overflows into the next.
        unchecked {
            for (uint256 i = 0; i < bookings.length; i++) {
                (bytes32 id, uint256 gross) = (bookings[i].accountId, bookings[i].gross);
                uint256 word;
                assembly ("memory-safe") {
                    word := sload(id)
                }
                uint256 proven = uint48(word >> 96);
                if (word & mask == ordinary && proven == uint48(word >> 144) && gross <= uint48(word >> 48)) {
                    word = (word & ~(uint256(ACCOUNT_ACCEPTED) << 216)) - (gross << 48) + (gross << 96) + (gross << 144);
                    assembly ("memory-safe") {
                        sstore(id, word)
                    }
                } else {
                    _bookUnusual(id, gross);
                }
            }
        }
    }

    /// @inheritdoc IJobEscrow
    function accept(Terms calldata terms) external onlyMarket {
        bytes32 jobId = jobIdOf(terms);
        Head storage head = _openJob(jobId);
        address payee = _tails[jobId].payee;
        bool shared = _has(head.flags, JOB_SHARED);
        if (shared || payee == address(0)) {
            head.flags |= JOB_ACCEPTED;
            // Rounds are for several payees: the only one's booking is cleared here and now.
            if (shared) head.round++;
            return;
        }
        bytes32 id = _accountId(jobId, terms.buyer, payee);
        _at(id).flags |= ACCOUNT_ACCEPTED;
        _bookings[id].cleared = uint48(_grossOf(id));
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
        bytes32 id = _accountId(jobId, terms.buyer, payee);
        Account storage account = _at(id);
        require(_has(account.flags, ACCOUNT_HELD), NotHeld(jobId, payee));
        account.flags &= ~ACCOUNT_HELD;
        Booking storage booking = _roll(jobId, id);
        // What the buyer accepted before leaves first, so that the marks stay in order.
        _releaseCleared(jobId, id, terms, payee);
        (uint256 from, uint256 to, uint256 feeBps) = (booking.cleared, _grossOf(id), account.feeBps);
        (booking.cleared, booking.released) = (uint48(to), uint48(to));
        uint256 waiting = _netBetween(from, to, feeBps);
        uint256 waitingFee = to - from - waiting;
        // The buyer may have accepted more since the court counted: that is the payee's, and no reason to block a ruling.
        if (toBuyer > waiting) toBuyer = waiting;
        toPayee = waiting - toBuyer;

        uint256 fee = waiting == 0 ? 0 : waitingFee * toPayee / waiting;
        uint256 back = toBuyer + waitingFee - fee;
        booking.feeBack += uint48(waitingFee - fee);
        if (_sharedJobOf[id] != 0) {
            Tail storage tail = _tails[jobId];
            tail.booked -= uint48(waiting);
            tail.fees -= uint48(waitingFee - fee);
        }
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

    /// @dev `book` without its shortcuts: several payees, or vouchers that paid ahead of the proof. What they have paid is not
    /// booked again.
    function _bookUnusual(bytes32 id, uint256 gross) private {
        Account storage account = _at(id);
        bytes32 jobId = _sharedJobOf[id];
        bool shared = jobId != 0;
        require(_has(account.flags, ACCOUNT_OPEN) && !_has(account.flags, ACCOUNT_CLOSED), AccountNotOpen(id));
        if (shared) {
            _openJob(jobId);
            _roll(jobId, id);
        }
        _takeReserved(account, gross);
        uint256 ahead = account.spent - account.proven;
        if (ahead != 0) _mix(id, account);
        uint256 before = _grossOf(id);
        account.proven += uint48(gross);
        uint256 left = gross - Math.min(gross, ahead);
        if (ahead != 0) emit BookedBehindVouchers(id, gross, left);
        if (left == 0) return;

        account.spent += uint48(left);
        account.flags &= ~ACCOUNT_ACCEPTED;
        if (_has(account.flags, ACCOUNT_MIXED)) _bookings[id].gross = uint48(before + left);
        if (!shared) return;
        uint256 net = _netBetween(before, before + left, account.feeBps);
        _totals[jobId].spent += uint48(left);
        Tail storage tail = _tails[jobId];
        (tail.booked, tail.fees) = (tail.booked + uint48(net), tail.fees + uint48(left - net));
        _heads[jobId].flags &= ~JOB_ACCEPTED;
    }

    /// @dev Pays what waits for nothing any more.
    function _releaseCleared(bytes32 jobId, bytes32 id, Terms calldata terms, address payee)
        internal
        returns (uint256 amount, uint256 fee)
    {
        Booking storage booking = _bookings[id];
        (uint256 from, uint256 to) = (booking.released, booking.cleared);
        if (from == to) return (0, 0);
        booking.released = uint48(to);
        amount = _netBetween(from, to, _at(id).feeBps);
        fee = to - from - amount;
        if (_sharedJobOf[id] != 0) _tails[jobId].booked -= uint48(amount);
        emit JobReleased(jobId, payee, amount, fee);
        _credit(payee, terms.token, amount);
        _credit(terms.feeRecipient, terms.token, fee);
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
            bytes32 id = _accountId(jobId, terms.buyer, payee);
            // The account answers vouchers by itself, so it must know.
            _at(id).flags |= ACCOUNT_CLOSED;
            _payVoucherFee(jobId, id, terms, payee);
        }
        if (refunded != 0) emit JobRefunded(jobId, terms.refundTo, refunded);
        emit JobClosed(jobId);
        _push(terms.token, terms.refundTo, refunded);
    }

    /// @dev The fee on what vouchers paid: known, and paid, once the job is closed.
    function _payVoucherFee(bytes32 jobId, bytes32 id, Terms calldata terms, address payee) internal returns (uint256 fee) {
        Account storage account = _at(id);
        if (_has(account.flags, ACCOUNT_FEE_PAID)) return 0;
        fee = _voucherFeeOf(id);
        if (fee == 0) return 0;
        account.flags |= ACCOUNT_FEE_PAID;
        emit JobReleased(jobId, payee, 0, fee);
        _credit(terms.feeRecipient, terms.token, fee);
    }
}
