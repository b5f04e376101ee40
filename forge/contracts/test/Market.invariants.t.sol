// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../src/interfaces/IJobEscrow.sol";
import {IMarketTypes} from "../src/interfaces/IMarketTypes.sol";
import {IStakePool} from "../src/interfaces/IStakePool.sol";
import {Crowd} from "./support/Crowd.sol";
import {FuzzSelector, deployCode} from "./support/deployCode.sol";
import {MoneyChecks} from "./support/MoneyChecks.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever people do on the whole market: work is paid once, money adds up, an asset has one lessee, and all get out
contract MarketInvariantsTest is MoneyChecks {
    Crowd internal crowd;

    function setUp() public {
        crowd = Crowd(deployCode("contracts/test/support/Crowd.sol:Crowd", ""));
        world = crowd;
    }

    /// @dev Read by the fuzzer: the market's verbs.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory verbs = new bytes4[](29);
        (verbs[0], verbs[1], verbs[2]) = (crowd.fund.selector, crowd.payLate.selector, crowd.topUp.selector);
        (verbs[3], verbs[4], verbs[5]) = (crowd.void.selector, crowd.accept.selector, crowd.redeem.selector);
        (verbs[6], verbs[7], verbs[8]) = (crowd.release.selector, crowd.withdraw.selector, crowd.reprice.selector);
        (verbs[9], verbs[10], verbs[11]) = (crowd.sell.selector, crowd.assign.selector, crowd.assignGang.selector);
        (verbs[12], verbs[13], verbs[14]) = (crowd.start.selector, crowd.start.selector, crowd.capture.selector);
        (verbs[15], verbs[16], verbs[17]) = (crowd.capture.selector, crowd.captureBatch.selector, crowd.end.selector);
        (verbs[18], verbs[19], verbs[20]) = (crowd.extend.selector, crowd.giveNotice.selector, crowd.finish.selector);
        (verbs[21], verbs[22], verbs[23]) = (crowd.settle.selector, crowd.cancel.selector, crowd.passTime.selector);
        (verbs[24], verbs[25]) = (crowd.administer.selector, crowd.cheatCapture.selector);
        (verbs[26], verbs[27]) = (crowd.cheatAssign.selector, crowd.cheatLease.selector);
        verbs[28] = crowd.cheatMoney.selector;
        targets[0] = FuzzSelector(address(crowd), verbs);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(world);
    }

    function invariant_marketHolds() public view {
        _moneyHolds();
        _reservations();
        _oneLessee();
        _stakeCoversLeases();
    }

    /// Then scheduler, nodes, notary, admin, court and parties are gone: a stranger alone brings everybody their own.
    function afterInvariant() public {
        uint256[2] memory earned = [_earned(0), _earned(1)];
        world.vanish();
        invariant_marketHolds();
        require(world.token().balanceOf(address(world.escrow())) == 0, "money was left behind");
        for (uint256 who = 0; who < 2; who++) {
            require(world.withdrawn(world.provider(who)) == earned[who], "a provider went without its own");
            (, uint256 locked) = world.registry().stakeOf(world.provider(who));
            require(locked == 0, "stake stays locked");
        }
        for (uint256 i = 0; i < world.leaseCount(); i++) {
            require(world.market().leaseOf(world.leases(i)).finished, "a lease never finished");
        }
    }

    /// What a lease can still bill is reserved for it, to the unit, as long as it can be billed; and it bills within its bounds.
    function _reservations() private view {
        uint256[2][4] memory reserved;
        for (uint256 i = 0; i < world.leaseCount(); i++) {
            IMarketTypes.LeaseView memory lease = world.market().leaseOf(world.leases(i));
            require(lease.billedSeconds <= lease.maxSeconds, "a lease billed more than it was assigned for");
            require(lease.billedSeconds <= lease.billedTo, "a lease billed a second twice");
            uint256 until = lease.endedAt != 0 ? lease.endedAt : _now();
            require(lease.startedAt == 0 || lease.billedTo <= until - lease.startedAt, "a lease billed time that has not passed");
            bool closed = lease.state == IMarketTypes.LeaseState.Closed && _now() <= world.terms(0).captureDeadline;
            require(!closed || lease.reserved == 0, "a closed lease kept a reservation");
            reserved[world.jobOf(world.leases(i))][lease.payee == world.provider(0) ? 0 : 1] += lease.reserved;
            if (lease.state == IMarketTypes.LeaseState.Ended && _now() <= world.terms(0).captureDeadline) {
                uint256 left = uint256(lease.endedAt) - lease.startedAt - lease.billedTo;
                if (left > lease.maxSeconds - lease.billedSeconds) left = lease.maxSeconds - lease.billedSeconds;
                require(lease.reserved >= left * lease.pricePerSecond, "seconds before the end lost their reservation");
            }
        }
        if (_now() > world.terms(0).captureDeadline) return;
        for (uint256 i = 0; i < world.JOBS(); i++) {
            if (_job(i).closed) continue;
            for (uint256 who = 0; who < 2; who++) {
                (, uint256 its,,,) = world.escrow().accountOf(world.jobIds(i), world.provider(who));
                require(its == reserved[i][who], "the escrow reserves another sum than the leases");
            }
        }
    }

    /// One live lease on an asset; hardware that two assets share is in one lease; the lessee uses and reads until its end.
    function _oneLessee() private view {
        uint256[5] memory live;
        uint256[2] memory open;
        for (uint256 i = 0; i < world.leaseCount(); i++) {
            IMarketTypes.LeaseView memory lease = world.market().leaseOf(world.leases(i));
            if (lease.state != IMarketTypes.LeaseState.Assigned && lease.state != IMarketTypes.LeaseState.Started) continue;
            require(++live[lease.assetId] == 1, "an asset has two live leases");
            require(world.market().liveLeaseOf(lease.assetId) == world.leases(i), "the live lease is another");
            if (_now() >= lease.endsAt) continue;
            address lessee = world.buyer(world.jobOf(world.leases(i)));
            require(world.asset().userOf(lease.assetId) == lessee, "the lessee is not the user");
            require(world.asset().isReader(lease.assetId, lessee), "the lessee cannot read");
        }
        for (uint256 assetId = 1; assetId <= 4; assetId++) {
            require(world.asset().standingOf(assetId).leased == (live[assetId] == 1), "leased without a lease, or the reverse");
            if (live[assetId] == 0) continue;
            uint256 its = world.unitsOf(assetId);
            require(open[0] & its == 0, "two leases on one piece of hardware");
            open[0] |= its;
        }
        require(world.asset().busyUnitsOf(world.node(0)) == open[0], "busy units differ from live leases");
    }

    /// Stake covers what leases can take from it, and the registry has what it owes.
    function _stakeCoversLeases() private view {
        uint256[2] memory locks;
        for (uint256 i = 0; i < world.leaseCount(); i++) {
            (address of_, uint256 amount) = world.registry().lockOf(address(world.market()), world.leases(i));
            IMarketTypes.LeaseView memory lease = world.market().leaseOf(world.leases(i));
            require(lease.staked == (amount != 0), "a lease lost its stake, or kept it");
            if (amount != 0) locks[of_ == world.provider(0) ? 0 : 1] += amount;
            bool behind = lease.state != IMarketTypes.LeaseState.Closed || lease.startedAt != 0;
            require(lease.finished || !behind || lease.staked, "a lease without stake behind it");
        }
        uint256 owed;
        for (uint256 who = 0; who < 2; who++) {
            IStakePool.Stake memory its = world.registry().stakeDetailsOf(world.provider(who));
            require(its.locked == locks[who] && its.active >= its.locked, "less stake than can be slashed");
            owed += uint256(its.active) + its.unbonding;
        }
        for (uint256 i = 0; i < world.JOBS(); i++) owed += world.registry().creditOf(world.refundTo(i));
        require(world.registry().totalOwed() == owed, "stakes and credits are not what is owed");
        require(world.token().balanceOf(address(world.registry())) == owed, "the registry does not hold what it owes");
    }

    function _now() private view returns (uint256) {
        return vm.getBlockTimestamp();
    }
}
