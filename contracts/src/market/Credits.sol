// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ICredits} from "../interfaces/ICredits.sol";

/// @title Money of the stake token that comes in and is owed
/// @dev balance >= totalOwed, always. Awards are credits, never pushed: a blocked address stops nobody else.
abstract contract Credits is ICredits, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc ICredits
    address public immutable stakeToken;
    /// @inheritdoc ICredits
    uint256 public totalOwed;
    /// @inheritdoc ICredits
    mapping(address account => uint256) public creditOf;

    constructor(address stakeToken_) {
        stakeToken = stakeToken_;
    }

    /// @inheritdoc ICredits
    function withdrawCredit(address account) external nonReentrant returns (uint256 amount) {
        amount = creditOf[account];
        require(amount != 0, ZeroAmount());
        creditOf[account] = 0;
        emit CreditWithdrawn(account, amount);
        _pay(account, amount);
    }

    /// @dev What was owed to one account is owed to another: the total stays.
    function _moveToCredit(address to, uint256 amount) internal {
        if (amount == 0) return;
        creditOf[to] += amount;
        emit Credited(to, amount);
    }

    /// @dev Counts what arrived, not what was asked for. The one door for money, so that no verb takes any untold.
    function _pull(address from, uint256 amount) internal returns (uint256 arrived) {
        require(amount != 0, ZeroAmount());
        uint256 before = IERC20(stakeToken).balanceOf(address(this));
        IERC20(stakeToken).safeTransferFrom(from, address(this), amount);
        arrived = IERC20(stakeToken).balanceOf(address(this)) - before;
        totalOwed += arrived;
        emit PaidIn(from, arrived);
    }

    function _pay(address to, uint256 amount) internal {
        totalOwed -= amount;
        IERC20(stakeToken).safeTransfer(to, amount);
    }
}
