// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Money of the stake token that a contract owes and anybody may have paid out to its owner
interface ICredits {
    /// @notice `amount` arrived from `account`: stake, a bond, or a fee, as the verb's own event says.
    event PaidIn(address indexed account, uint256 amount);
    event Credited(address indexed account, uint256 amount);
    event CreditWithdrawn(address indexed account, uint256 amount);

    error ZeroAmount();

    function stakeToken() external view returns (address);
    /// @notice Pays `account` what it was awarded (penalties, fees, bonds), whoever calls.
    function withdrawCredit(address account) external returns (uint256 amount);
    function creditOf(address account) external view returns (uint256);
    /// @notice Everything this contract owes, atomic units: its balance is never less.
    function totalOwed() external view returns (uint256);
}
