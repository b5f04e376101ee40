// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IStakePool} from "../../src/interfaces/IStakePool.sol";
import {Parameters} from "../../src/market/Parameters.sol";
import {ProviderRegistry} from "../../src/market/ProviderRegistry.sol";
import {HostileDollar} from "../../src/mocks/HostileDollar.sol";
import {vm} from "./Vm.sol";

/// @title One provider with stake of its own
contract StakingActor {
    ProviderRegistry private immutable registry;

    constructor(ProviderRegistry registry_, HostileDollar token) {
        registry = registry_;
        token.approve(address(registry_), type(uint256).max);
    }

    function stake(uint256 amount) external {
        registry.stake(amount);
    }

    function unbond(uint256 amount) external {
        registry.unbond(amount);
    }
}

/// @title Plays market, court and three providers against one registry, at random
contract RegistryHandler {
    uint256 private constant DELAY = 2 hours;
    address public constant BUYER = address(0xb);

    HostileDollar public immutable token = new HostileDollar();
    ProviderRegistry public immutable registry;
    StakingActor[3] public actors;

    bytes32[] public ids;
    /// How many calls changed something, so that a test can tell that it tested anything.
    uint256 public done;
    /// Set when stake left earlier than its delay allows, or a lock was taken by somebody else's fault.
    bool public broken;
    mapping(address account => uint256) public earliest;

    constructor() {
        vm.warp(1_000_000);
        uint256[] memory values = new uint256[](uint256(type(IParameters.Key).max) + 1);
        address[] memory none = new address[](0);
        // The least allowed value of each keeps all orders but these.
        for (uint256 i = 0; i < values.length; i++) values[i] = _least(IParameters.Key(i));
        values[uint256(IParameters.Key.UnbondingDelay)] = DELAY;
        Parameters parameters = new Parameters(address(this), values, none, none);
        registry = new ProviderRegistry(address(token), parameters, address(this), address(this));
        for (uint256 i = 0; i < 3; i++) {
            actors[i] = new StakingActor(registry, token);
            token.mint(address(actors[i]), 1e15);
        }
    }

    function stake(uint256 who, uint256 amount) external {
        actors[who % 3].stake(amount % 1e9 + 1);
        done++;
    }

    function unbond(uint256 who, uint256 amount) external {
        (uint256 free,) = registry.stakeOf(address(actors[who % 3]));
        // Mostly what is free, now and then more: that must revert.
        actors[who % 3].unbond(amount % 8 == 0 || free == 0 ? amount % 1e9 + 1 : amount % free + 1);
        earliest[address(actors[who % 3])] = block.timestamp + DELAY;
        done++;
    }

    function withdraw(uint256 who) external {
        address account = address(actors[who % 3]);
        IStakePool.Stake memory its = registry.stakeDetailsOf(account);
        // Mostly when something leaves, now and then before its time: that must revert.
        if (its.unbonding == 0 || (block.timestamp < its.unbondsAt && (who >> 8) % 4 != 0)) return;
        registry.withdrawStake(account);
        if (block.timestamp < earliest[account]) broken = true;
        done++;
    }

    function lock(uint256 who, uint256 amount) external {
        if (ids.length == 24) return;
        bytes32 id = bytes32(ids.length + 1);
        (uint256 free,) = registry.stakeOf(address(actors[who % 3]));
        if (free == 0) {
            actors[who % 3].stake(amount % 1e9 + 1);
            free = amount % 1e9 + 1;
        }
        registry.lock(address(actors[who % 3]), id, amount % 8 == 0 ? amount % 1e9 + 1 : amount % free + 1);
        ids.push(id);
        done++;
    }

    function unlock(uint256 which) external {
        if (ids.length == 0) return;
        registry.unlock(ids[which % ids.length]);
        done++;
    }

    function penalise(uint256 which, uint256 amount) external {
        if (ids.length == 0) return;
        bytes32 id = ids[which % ids.length];
        (, uint256 held) = registry.lockOf(address(this), id);
        uint256 taken = registry.penalise(id, amount % 1e9, BUYER);
        if (taken > held) broken = true;
        done++;
    }

    function slash(uint256 who, uint256 amount) external {
        address account = address(actors[who % 3]);
        uint256 locked = registry.stakeDetailsOf(account).locked;
        registry.slash(account, amount % 1e9, BUYER);
        // Not `stakeOf`: it reverts when less is there than is locked, and would hide that.
        IStakePool.Stake memory its = registry.stakeDetailsOf(account);
        if (locked != its.locked || its.active < its.locked) broken = true;
        done++;
    }

    function withdrawCredit() external {
        if (registry.creditOf(BUYER) == 0) return;
        registry.withdrawCredit(BUYER);
        done++;
    }

    function passTime(uint256 minutesLater) external {
        vm.warp(block.timestamp + (minutesLater % 180) * 1 minutes);
    }

    function idCount() external view returns (uint256) {
        return ids.length;
    }

    function details(uint256 who) external view returns (IStakePool.Stake memory) {
        return registry.stakeDetailsOf(address(actors[who]));
    }

    function _least(IParameters.Key key) private pure returns (uint256) {
        if (key == IParameters.Key.CaseSeconds) return 10 minutes;
        if (key == IParameters.Key.MinCaseSeconds) return 5 minutes;
        if (key == IParameters.Key.MinGap) return 1 hours;
        if (key == IParameters.Key.UnbondingDelay || key == IParameters.Key.AttestationSeconds) return 1 hours;
        if (key == IParameters.Key.StartWindow || key == IParameters.Key.RequestSeconds) return 10 minutes;
        if (key == IParameters.Key.AttesterStake || key == IParameters.Key.ArbiterStake) return 1e6;
        if (key == IParameters.Key.ToleranceBps) return 10;
        if (key == IParameters.Key.ClaimBond || key == IParameters.Key.WashFloor) return 1;
        if (key == IParameters.Key.Quorum || key == IParameters.Key.AttesterPanel) return 1;
        if (key == IParameters.Key.FirstPanel || key == IParameters.Key.AppealPanel) return 1;
        return 0;
    }
}
