// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IDisputeCourt} from "../src/interfaces/IDisputeCourt.sol";
import {IStakePool} from "../src/interfaces/IStakePool.sol";
import {Crowd} from "./support/Crowd.sol";
import {FuzzSelector, deployCode} from "./support/deployCode.sol";
import {MoneyChecks} from "./support/MoneyChecks.sol";

/// @title Whatever parties and arbiters do or leave undone: cases end, no money is made or lost, nobody judges its own
contract CourtInvariantsTest is MoneyChecks {
    Crowd internal handler;

    function setUp() public {
        handler = Crowd(deployCode("contracts/test/support/Crowd.sol:Crowd", ""));
        handler.beginInCourt();
        world = handler;
    }

    /// @dev Read by the fuzzer: the court's verbs, and what else moves the disputed money.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory verbs = new bytes4[](16);
        (verbs[0], verbs[1], verbs[2], verbs[3]) = (handler.open.selector, handler.draw.selector, handler.draw.selector, handler.vote.selector);
        (verbs[4], verbs[5], verbs[6], verbs[7]) = (handler.vote.selector, handler.vote.selector, handler.appeal.selector, handler.endCase.selector);
        (verbs[8], verbs[9], verbs[10]) = (handler.cheatCourt.selector, handler.unbondArbiter.selector, handler.stakeArbiter.selector);
        (verbs[11], verbs[12], verbs[13]) = (handler.redeem.selector, handler.accept.selector, handler.release.selector);
        (verbs[14], verbs[15]) = (handler.withdraw.selector, handler.passTime.selector);
        targets[0] = FuzzSelector(address(handler), verbs);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_courtHolds() public view {
        _moneyHolds();
        _bonds();
        _arbitersStake();
        _providersStake();
        _cases();
    }

    /// Then everybody is gone: a stranger ends every case after its time and each gets its own, to the last unit.
    function afterInvariant() public {
        handler.vanishFromCourt();
        uint256[2] memory earned = [_earned(0), _earned(1)];
        world.vanish();
        invariant_courtHolds();
        for (uint256 i = 0; i < handler.caseCount(); i++) {
            require(handler.court().caseOf(handler.cases(i)).ended, "a case never ends");
        }
        require(world.token().balanceOf(address(world.escrow())) == 0, "money was left behind");
        for (uint256 who = 0; who < 2; who++) {
            require(world.withdrawn(world.provider(who)) == earned[who], "a provider went without its own");
            (, uint256 locked) = world.registry().stakeOf(world.provider(who));
            require(locked == 0, "stake stays locked");
        }
        handler.withdrawAllCredits();
        require(handler.court().totalOwed() == 0, "the court kept money");
        require(world.token().balanceOf(address(handler.court())) == 0, "the court kept money");
    }

    /// The court holds the bonds of open cases and what it owes, nothing else.
    function _bonds() private view {
        uint256 owed;
        for (uint256 i = 0; i < handler.people(); i++) owed += handler.court().creditOf(handler.person(i));
        for (uint256 i = 0; i < handler.caseCount(); i++) {
            uint256 caseId = handler.cases(i);
            if (handler.court().caseOf(caseId).ended) continue;
            for (uint8 round = 0; round < 2; round++) {
                (IDisputeCourt.Panel memory panel,) = handler.court().panelOf(caseId, round);
                owed += panel.bond;
            }
        }
        require(handler.court().totalOwed() == owed, "bonds and credits are not what the court owes");
        require(world.token().balanceOf(address(handler.court())) == owed, "the court does not hold what it owes");
    }

    function _arbitersStake() private view {
        uint256 owed = handler.arbiters().creditOf(address(handler.court()));
        require(owed == 0, "penalties stayed with the court");
        for (uint256 i = 0; i < handler.people(); i++) owed += handler.arbiters().creditOf(handler.person(i));
        for (uint256 i = 0; i < handler.ARBITERS(); i++) {
            IStakePool.Stake memory its = handler.arbiters().stakeDetailsOf(handler.arbiter(i));
            owed += uint256(its.active) + its.unbonding;
        }
        require(handler.arbiters().totalOwed() == owed, "arbiters' stakes and credits are not what is owed");
        require(world.token().balanceOf(address(handler.arbiters())) == owed, "the arbiters' pool does not hold what it owes");
    }

    /// What a ruling may take of a provider is there, and the registry has what it owes.
    function _providersStake() private view {
        uint256 owed;
        for (uint256 i = 0; i < handler.people(); i++) owed += world.registry().creditOf(handler.person(i));
        for (uint256 who = 0; who < 2; who++) {
            IStakePool.Stake memory its = world.registry().stakeDetailsOf(world.provider(who));
            owed += uint256(its.active) + its.unbonding;
            uint256 locked;
            for (uint256 i = 0; i < world.leaseCount(); i++) locked += _lock(address(world.market()), world.leases(i), who);
            for (uint256 i = 0; i < handler.caseCount(); i++) {
                locked += _lock(address(handler.court()), bytes32(handler.cases(i)), who);
            }
            require(its.locked == locked && its.active >= locked, "less stake than can be slashed");
        }
        require(world.registry().totalOwed() == owed, "stakes and credits are not what is owed");
        require(world.token().balanceOf(address(world.registry())) == owed, "the registry does not hold what it owes");
    }

    /// Whoever has a word or money in a job sits on no panel about it; what is disputed is held, and only that.
    function _cases() private view {
        for (uint256 i = 0; i < handler.caseCount(); i++) {
            uint256 caseId = handler.cases(i);
            IDisputeCourt.Case memory its = handler.court().caseOf(caseId);
            require(its.openedAt + its.length <= world.terms(0).reclaimAt, "a case outlives its job");
            (,,,, bool held) = world.escrow().accountOf(its.jobId, its.payee);
            require(held == !its.ended, "disputed money is free, or free money is held");
            for (uint8 round = 0; round < 2; round++) {
                (, address[] memory panel) = handler.court().panelOf(caseId, round);
                for (uint256 j = 0; j < panel.length; j++) {
                    address owner = world.registry().registeredOwnerOf(panel[j]);
                    require(owner != its.buyer && owner != its.payee && owner != its.refundTo, "a party judges its own case");
                }
            }
        }
    }

    function _lock(address locker, bytes32 id, uint256 who) private view returns (uint256) {
        (address of_, uint256 amount) = world.registry().lockOf(locker, id);
        return of_ == world.provider(who) ? amount : 0;
    }
}
