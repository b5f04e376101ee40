// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IEscrowParameters} from "../interfaces/IEscrowParameters.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {EscrowDriven} from "./EscrowDriven.sol";
import {EscrowFunding} from "./EscrowFunding.sol";
import {EscrowVouchers} from "./EscrowVouchers.sol";

/// @title Holds the money of jobs
/// @dev No owner and no setter: parameters are read when a job is opened, so no key can change a running one.
contract JobEscrow is EscrowVouchers, EscrowDriven {
    using SafeERC20 for IERC20;

    /// @notice A hold that never sees a ruling ends this long after `reclaimAt`.
    uint256 public constant HOLD_LIMIT = 90 days;

    constructor(address market_, address court_, IEscrowParameters parameters_)
        EIP712("Gristmill Escrow", "1")
        EscrowFunding(parameters_)
        EscrowDriven(market_, court_)
    {}

    /// @inheritdoc IJobEscrow
    function release(Terms calldata terms, address payee) external nonReentrant returns (uint256 amount) {
        bytes32 jobId = jobIdOf(terms);
        Booking storage booking = _roll(jobId, payee);
        uint256 released = booking.releasable;
        uint256 fee = booking.releasableFee;
        (booking.releasable, booking.releasableFee) = (0, 0);
        if (booking.waiting != 0 || booking.waitingFee != 0) {
            bool held = _isHeld(jobId, terms, payee);
            if (block.timestamp > terms.claimDeadline && !held) {
                released += booking.waiting;
                fee += booking.waitingFee;
                (booking.waiting, booking.waitingFee) = (0, 0);
            } else if (released == 0 && fee == 0) {
                require(!held, Held(jobId, payee));
                revert TooEarly(block.timestamp, uint256(terms.claimDeadline) + 1);
            }
        }
        bool closed = _has(_heads[jobId].flags, JOB_CLOSED);
        uint256 voucherFee = closed ? _payVoucherFee(jobId, terms, payee) : 0;
        require(released != 0 || fee != 0 || voucherFee != 0, NothingToMove());
        if (released == 0 && fee == 0) return 0;

        _tails[jobId].booked -= uint48(released);
        emit JobReleased(jobId, payee, released, fee);
        _credit(payee, terms.token, released);
        _credit(terms.feeRecipient, terms.token, fee);
        return released;
    }

    /// @inheritdoc IJobEscrow
    function reclaim(Terms calldata terms) external nonReentrant returns (uint256 refunded) {
        require(block.timestamp >= terms.reclaimAt, TooEarly(block.timestamp, terms.reclaimAt));
        return _close(jobIdOf(terms), terms);
    }

    /// @inheritdoc IJobEscrow
    function withdraw(address account, address token) external nonReentrant returns (uint256 amount) {
        amount = balanceOf[account][token];
        require(amount != 0, NothingToMove());
        balanceOf[account][token] = 0;
        emit Withdrawn(account, token, amount);
        IERC20(token).safeTransfer(account, amount);
    }

    /// @inheritdoc IJobEscrow
    function jobOf(bytes32 jobId) external view returns (Job memory job) {
        Head storage head = _heads[jobId];
        Tail storage tail = _tails[jobId];
        (uint256 committed, uint256 spent) = _sums(jobId, head);
        job.accepted = _has(head.flags, JOB_ACCEPTED);
        job.closed = _has(head.flags, JOB_CLOSED);
        uint256 ruledBack = _ruledBack[jobId];
        job.deposited = head.deposited;
        job.reserved = job.closed ? 0 : uint128(committed - spent);
        job.booked = tail.booked;
        job.fees = uint128(tail.fees + _voucherFees(jobId, head, tail.payee));
        job.paid = uint128(spent - job.booked - job.fees - ruledBack);
        job.refunded = uint128(ruledBack + (job.closed ? head.deposited - spent : 0));
    }

    /// @inheritdoc IJobEscrow
    function bookedOf(bytes32 jobId, address payee) external view returns (uint256) {
        Booking storage booking = _bookings[jobId][payee];
        return uint256(booking.waiting) + booking.releasable;
    }

    /// @inheritdoc IJobEscrow
    function heldOf(bytes32 jobId, address payee) external view returns (uint256 amount, uint256 fee) {
        Booking storage booking = _bookings[jobId][payee];
        if (booking.round != _heads[jobId].round) return (0, 0);
        return (booking.waiting, booking.waitingFee);
    }

    /// @inheritdoc IJobEscrow
    function accountOf(bytes32 jobId, address payee)
        external
        view
        returns (uint256 limit, uint256 reserved, uint256 proven, uint256 spent, bool held)
    {
        Account storage account = _account(jobId, _heads[jobId].buyer, payee);
        return (account.limit, account.reserved, account.proven, account.spent, _has(account.flags, ACCOUNT_HELD));
    }

    function _isHeld(bytes32 jobId, Terms calldata terms, address payee) private view returns (bool) {
        if (block.timestamp > uint256(terms.reclaimAt) + HOLD_LIMIT) return false;
        return _has(_account(jobId, terms.buyer, payee).flags, ACCOUNT_HELD);
    }

    function _voucherFees(bytes32 jobId, Head storage head, address payee) private view returns (uint256) {
        if (_has(head.flags, JOB_SHARED)) return _totals[jobId].voucherFees;
        if (payee == address(0)) return 0;
        Account storage account = _account(jobId, head.buyer, payee);
        return _feeIn(account.spent - _bookings[jobId][payee].gross, account.feeBps);
    }
}
