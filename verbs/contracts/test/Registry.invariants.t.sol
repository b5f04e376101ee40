// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IStakePool} from "../src/interfaces/IStakePool.sol";
import {ProviderRegistry} from "../src/market/ProviderRegistry.sol";
import {RegistryHandler} from "./support/RegistryHandler.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever happens, stake covers what can be slashed, nobody else's fault touches it, and it leaves in the end
contract RegistryInvariantsTest {
    RegistryHandler private handler;
    ProviderRegistry private registry;

    function setUp() public {
        handler = new RegistryHandler();
        registry = handler.registry();
    }

    /// @dev Read by the fuzzer: it calls the handler only.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// What is locked for leases and cases is there.
    function invariant_stakeCoversLocks() public view {
        uint256[3] memory sums;
        for (uint256 i = 0; i < handler.idCount(); i++) {
            (address provider, uint256 amount) = registry.lockOf(address(handler), handler.ids(i));
            for (uint256 who = 0; who < 3; who++) if (provider == address(handler.actors(who))) sums[who] += amount;
        }
        for (uint256 who = 0; who < 3; who++) {
            IStakePool.Stake memory its = handler.details(who);
            require(its.locked == sums[who], "locks differ from what is locked");
            require(its.active >= its.locked, "less stake than can be slashed");
        }
    }

    /// The registry holds what it owes.
    function invariant_solvency() public view {
        uint256 owed = registry.creditOf(handler.BUYER());
        for (uint256 who = 0; who < 3; who++) {
            IStakePool.Stake memory its = handler.details(who);
            owed += uint256(its.active) + its.unbonding;
        }
        require(owed == registry.totalOwed(), "the sum of stakes and credits is not what is owed");
        require(handler.token().balanceOf(address(registry)) == owed, "the registry does not hold what it owes");
    }

    /// No withdrawal before its delay, no penalty above its lock, no slash out of another lease's lock.
    function invariant_delaysAndLocksHold() public view {
        require(!handler.broken(), "a delay or a lock was broken");
    }

    /// After any history everybody leaves with nobody's help once locks are gone, and nothing stays behind.
    function testFuzz_everybodyCanLeave(uint256[24] calldata moves, uint256[24] calldata amounts) public {
        for (uint256 who = 0; who < 3; who++) handler.stake(who, amounts[who]);
        for (uint256 i = 0; i < 24; i++) _move(moves[i], amounts[i]);
        invariant_stakeCoversLocks();
        invariant_solvency();
        invariant_delaysAndLocksHold();

        for (uint256 i = 0; i < handler.idCount(); i++) handler.unlock(i);
        for (uint256 who = 0; who < 3; who++) {
            IStakePool.Stake memory its = handler.details(who);
            if (its.active != 0) handler.actors(who).unbond(its.active);
        }
        vm.warp(block.timestamp + 2 hours);
        for (uint256 who = 0; who < 3; who++) try handler.withdraw(who) {} catch {}
        try handler.withdrawCredit() {} catch {}
        require(handler.token().balanceOf(address(registry)) == 0, "stake was left behind");
        require(registry.totalOwed() == 0, "something is still owed");
        require(handler.done() >= 3, "nothing was tested");
    }

    function _move(uint256 move, uint256 amount) private {
        uint256 kind = move % 9;
        uint256 seed = move / 9;
        if (kind == 0) try handler.stake(seed, amount) {} catch {}
        else if (kind < 3) try handler.lock(seed, amount) {} catch {}
        else if (kind == 3) try handler.unbond(seed, amount) {} catch {}
        else if (kind == 4) try handler.penalise(seed, amount) {} catch {}
        else if (kind == 5) try handler.slash(seed, amount) {} catch {}
        else if (kind == 6) try handler.unlock(seed) {} catch {}
        else if (kind == 7) try handler.withdraw(seed) {} catch {}
        else handler.passTime(amount);
    }
}
