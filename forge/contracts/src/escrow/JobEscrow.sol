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
        bytes32 id = _accountId(jobId, terms.buyer, payee);
        Booking storage booking = _roll(jobId, id);
        uint256 gross = _grossOf(id);
        if (booking.cleared != gross) {
            bool held = _isHeld(id, terms);
            if (block.timestamp > terms.claimDeadline && !held) {
                booking.cleared = uint48(gross);
            } else if (booking.cleared == booking.released) {
                require(!held, Held(jobId, payee));
                revert TooEarly(block.timestamp, uint256(terms.claimDeadline) + 1);
            }
        }
        uint256 voucherFee = _has(_heads[jobId].flags, JOB_CLOSED) ? _payVoucherFee(jobId, id, terms, payee) : 0;
        uint256 fee;
        (amount, fee) = _releaseCleared(jobId, id, terms, payee);
        require(amount != 0 || fee != 0 || voucherFee != 0, NothingToMove());
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
        (uint256 booked, uint256 fees) = (tail.booked, uint256(tail.fees) + _totals[jobId].voucherFees);
        job.accepted = _has(head.flags, JOB_ACCEPTED);
        if (tail.payee != address(0) && !_has(head.flags, JOB_SHARED)) {
            bytes32 id = _accountId(jobId, head.buyer, tail.payee);
            (booked, fees) = _bookedOf(id);
            fees += _voucherFeeOf(id);
            job.accepted = _has(_at(id).flags, ACCOUNT_ACCEPTED);
        }
        job.closed = _has(head.flags, JOB_CLOSED);
        uint256 ruledBack = _ruledBack[jobId];
        job.deposited = head.deposited;
        job.reserved = job.closed ? 0 : uint128(committed - spent);
        (job.booked, job.fees) = (uint128(booked), uint128(fees));
        job.paid = uint128(spent - booked - fees - ruledBack);
        job.refunded = uint128(ruledBack + (job.closed ? head.deposited - spent : 0));
    }

    /// @inheritdoc IJobEscrow
    function bookedOf(bytes32 jobId, address payee) external view returns (uint256 booked) {
        (booked,) = _bookedOf(_accountId(jobId, _heads[jobId].buyer, payee));
    }

    /// @inheritdoc IJobEscrow
    function heldOf(bytes32 jobId, address payee) external view returns (uint256 amount, uint256 fee) {
        bytes32 id = _accountId(jobId, _heads[jobId].buyer, payee);
        Booking storage booking = _bookings[id];
        if (booking.round != _heads[jobId].round) return (0, 0);
        (uint256 from, uint256 to) = (booking.cleared, _grossOf(id));
        amount = _netBetween(from, to, _at(id).feeBps);
        fee = to - from - amount;
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

    function _isHeld(bytes32 id, Terms calldata terms) private view returns (bool) {
        if (block.timestamp > uint256(terms.reclaimAt) + HOLD_LIMIT) return false;
        return _has(_at(id).flags, ACCOUNT_HELD);
    }
}
