// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IParameters} from "../interfaces/IParameters.sol";
import {IStakePool} from "../interfaces/IStakePool.sol";
import {Credits} from "./Credits.sol";

/// @title Stake that leaves only after a delay, and credits that leave at once
/// @dev locked <= active, always. Nobody but the owner of stake starts its way out, and only
/// what the derived contract calls a fault takes any of it.
abstract contract StakePool is IStakePool, Credits {
    using SafeCast for uint256;

    IParameters public immutable parameters;

    mapping(address account => Stake) internal _stakes;

    constructor(address stakeToken_, IParameters parameters_) Credits(stakeToken_) {
        parameters = parameters_;
    }

    /// @inheritdoc IStakePool
    function stake(uint256 amount) external nonReentrant {
        uint256 arrived = _pull(msg.sender, amount);
        Stake storage mine = _stakes[msg.sender];
        mine.active += arrived.toUint128();
        emit Staked(msg.sender, arrived);
        _stakeChanged(msg.sender, mine.active);
    }

    /// @inheritdoc IStakePool
    function unbond(uint256 amount) external {
        Stake storage mine = _stakes[msg.sender];
        uint256 free = mine.active - mine.locked;
        require(amount != 0, ZeroAmount());
        require(amount <= free, InsufficientStake(msg.sender, amount, free));
        mine.active -= amount.toUint128();
        mine.unbonding += amount.toUint128();
        mine.unbondsAt = uint64(block.timestamp + parameters.get(IParameters.Key.UnbondingDelay));
        emit UnbondingStarted(msg.sender, amount, mine.unbondsAt);
        _stakeChanged(msg.sender, mine.active);
    }

    /// @inheritdoc IStakePool
    function withdrawStake(address account) external nonReentrant returns (uint256 amount) {
        Stake storage its = _stakes[account];
        amount = its.unbonding;
        require(amount != 0, ZeroAmount());
        require(block.timestamp >= its.unbondsAt, StillUnbonding(block.timestamp, its.unbondsAt));
        its.unbonding = 0;
        emit StakeWithdrawn(account, amount);
        _pay(account, amount);
    }

    /// @inheritdoc IStakePool
    function stakeDetailsOf(address account) external view returns (Stake memory) {
        return _stakes[account];
    }

    // --- inside ---

    /// @dev Told of every change of the stake that counts. `active` without what is unbonding.
    function _stakeChanged(address account, uint256 active) internal virtual {}

    function _freeOf(address account) internal view returns (uint256) {
        Stake storage its = _stakes[account];
        return its.active - its.locked;
    }

    /// @dev Free stake first, then what is on its way out; never what is locked for something else.
    function _slash(address account, uint256 amount, address to) internal returns (uint256 taken) {
        Stake storage its = _stakes[account];
        uint256 fromFree = Math.min(amount, its.active - its.locked);
        uint256 fromUnbonding = Math.min(amount - fromFree, its.unbonding);
        taken = fromFree + fromUnbonding;
        if (taken == 0) return 0;
        its.active -= fromFree.toUint128();
        its.unbonding -= fromUnbonding.toUint128();
        emit Slashed(account, taken, to);
        _moveToCredit(to, taken);
        if (fromFree != 0) _stakeChanged(account, its.active);
    }

    /// @dev Takes from what is locked; the caller lowers its own record of the lock.
    function _slashLocked(address account, uint256 amount, address to) internal {
        Stake storage its = _stakes[account];
        its.active -= amount.toUint128();
        its.locked -= amount.toUint128();
        emit Slashed(account, amount, to);
        _moveToCredit(to, amount);
        _stakeChanged(account, its.active);
    }
}
