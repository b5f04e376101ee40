// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";

/// @title Stake that leaves only after a delay, and credits that leave at once
interface IStakePool is ICredits {
    /// @param active    counts as stake; includes `locked`
    /// @param locked    promised to open leases or cases; does not leave
    /// @param unbonding leaves at `unbondsAt`, can be slashed until it is withdrawn
    struct Stake {
        uint128 active;
        uint128 locked;
        uint128 unbonding;
        uint64 unbondsAt;
    }

    event Staked(address indexed account, uint256 amount);
    event UnbondingStarted(address indexed account, uint256 amount, uint64 unbondsAt);
    event StakeWithdrawn(address indexed account, uint256 amount);
    event Slashed(address indexed account, uint256 amount, address indexed to);

    error InsufficientStake(address account, uint256 wanted, uint256 free);
    error StillUnbonding(uint256 timestamp, uint256 unbondsAt);

    /// @notice Takes `amount` of the stake token from the caller (approve first); what arrives counts.
    function stake(uint256 amount) external;
    /// @notice Starts the way out of unlocked stake. A second request joins the first and restarts its delay.
    function unbond(uint256 amount) external;
    /// @notice Pays `account` its stake past the delay, whoever calls.
    function withdrawStake(address account) external returns (uint256 amount);
    function stakeDetailsOf(address account) external view returns (Stake memory);
}
