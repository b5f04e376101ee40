// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IDisputeCourt} from "../../src/interfaces/IDisputeCourt.sol";
import {IMarketTypes} from "../../src/interfaces/IMarketTypes.sol";
import {Terms} from "../../src/interfaces/ITerms.sol";
import {MarketCheats} from "./MarketCheats.sol";
import {vm} from "./Vm.sol";

/// @title Everybody on the market and in court, at random
/// @dev One contract for both suites: each names the verbs that it plays. Arbiter 0 belongs to a provider and arbiter 1 is a buyer: they stake, and must never sit on a panel about their own.
contract Crowd is MarketCheats {
    uint256 public constant ARBITERS = 6;

    uint256[] public cases;
    mapping(bytes32 leaseId => uint256) private _caseOf;

    /// Four leases with booked usage, and people who stake to judge: where the court's suite begins.
    function beginInCourt() external {
        if (msg.sender != _author) return;
        for (uint256 i = 0; i < JOBS; i++) _fund(i | 256);
        for (uint256 i = 0; i < JOBS; i++) _book(i);
        for (uint256 i = 0; i < JOBS; i++) _give(buyer(i), address(court), 10_000 * USD);
        for (uint256 i = 0; i < PROVIDERS; i++) _give(provider(i), address(court), 10_000 * USD);
        for (uint256 i = 0; i < ARBITERS; i++) _joinArbiter(i);
        vm.prank(arbiter(0));
        registry.offerOwner(provider(0));
        vm.prank(provider(0));
        registry.acceptOwned(arbiter(0));
        // Half an hour before the claim window closes: cases stand open when it does.
        _pass(START + 2 days + 3 hours + 30 minutes - _now());
    }

    function arbiter(uint256 which) public pure returns (address) {
        return which % ARBITERS == 1 ? buyer(0) : address(uint160(0xA5B0 + which % ARBITERS));
    }

    // --- a case ---

    function open(uint256 seed, uint256 amount) public counted {
        uint256 job = seed % JOBS;
        bytes32 leaseId = leases[job];
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        (uint256 held,) = escrow.heldOf(jobIds[job], lease.payee);
        bool late = _now() > START + 2 days + 4 hours;
        if (late || held == 0 || _caseOf[leaseId] != 0) return _advance(seed);
        bool byPayee = (seed >> 8) % 4 == 0 && _now() > START + 2 days + 2 hours;
        vm.prank(byPayee ? lease.payee : buyer(job));
        uint256 caseId =
            court.open(terms(job), leaseId, IDisputeCourt.ClaimKind(seed % 4), uint128(amount % held + 1), 0, 0);
        _caseOf[leaseId] = caseId;
        cases.push(caseId);
    }

    function draw(uint256 seed) public counted {
        (uint256 caseId, IDisputeCourt.Case memory its) = _liveCase(seed);
        if (caseId == 0) return open(seed, seed >> 8);
        (IDisputeCourt.Panel memory panel,) = court.panelOf(caseId, its.round);
        if (panel.drawn) return _vote(caseId, its, seed);
        if (vm.getBlockNumber() <= panel.seedBlock) vm.roll(panel.seedBlock + 1);
        if (panel.seed == 0) court.fixSeed(caseId);
        court.draw(caseId);
    }

    /// One arbiter of the panel commits or opens its vote, whichever is due.
    function vote(uint256 seed) external counted {
        (uint256 caseId, IDisputeCourt.Case memory its) = _liveCase(seed);
        if (caseId == 0) return open(seed, seed >> 8);
        _vote(caseId, its, seed);
    }

    function appeal(uint256 seed) external counted {
        (uint256 caseId, IDisputeCourt.Case memory its) = _liveCase(seed);
        if (caseId == 0) return open(seed, seed >> 8);
        if (its.round != 0 || court.tenthOf(caseId) != 5) return _advance(seed);
        vm.prank(seed % 2 == 0 ? its.buyer : its.payee);
        court.appeal(caseId, 0, 0);
    }

    function endCase(uint256 seed) external counted {
        _advance(seed);
        (uint256 caseId,) = _liveCase(seed);
        if (caseId != 0) _endCase(caseId);
    }

    // --- attempts ---

    function cheatCourt(uint256 seed, uint256 amount) external counted {
        (uint256 caseId, IDisputeCourt.Case memory its) = _liveCase(seed);
        if (caseId == 0) return open(seed, seed >> 8);
        uint256 job = jobOf[its.leaseId];
        Terms memory of_ = terms(job);
        uint256 kind = (seed >> 128) % 5;
        uint256 tenth = court.tenthOf(caseId);
        if (kind == 0) {
            if (tenth >= 6) return;
            try court.end(caseId, of_) {
                broken = "a case ended before its time";
            } catch {}
        } else if (kind == 1) {
            vm.prank(STRANGER);
            try court.commitVote(caseId, bytes32(amount)) {
                broken = "somebody who was not drawn voted";
            } catch {}
        } else if (kind == 2) {
            try court.draw(caseId) {
                (IDisputeCourt.Panel memory panel,) = court.panelOf(caseId, its.round);
                try court.draw(caseId) {
                    broken = panel.seed == 0 ? "a panel drawn without a seed" : "a panel drawn twice";
                } catch {}
            } catch {}
        } else if (kind == 3) {
            vm.prank(its.buyer);
            try court.open(of_, its.leaseId, IDisputeCourt.ClaimKind.WrongOutput, 1, 0, 0) {
                broken = "a second case about one lease";
            } catch {}
        } else {
            vm.prank(its.buyer);
            try arbiters.award(its.buyer, 1) {
                broken = "somebody else than the court gave arbiters' money away";
            } catch {}
        }
    }

    // --- arbiters' stake ---

    function unbondArbiter(uint256 seed, uint256 amount) external counted {
        address who = arbiter(seed);
        uint256 active = arbiters.stakeDetailsOf(who).active;
        if (active == 0) return _advance(seed);
        vm.prank(who);
        arbiters.unbond(amount % active + 1);
    }

    function stakeArbiter(uint256 seed, uint256 amount) external counted {
        _give(arbiter(seed), address(arbiters), amount % (100 * USD) + 1);
        vm.prank(arbiter(seed));
        arbiters.stake(amount % (100 * USD) + 1);
    }

    // --- everybody else is gone ---

    function vanishFromCourt() external {
        if (msg.sender != _author) return;
        if (_now() <= START + 2 days + 6 hours) vm.warp(START + 2 days + 6 hours + 1);
        for (uint256 i = 0; i < cases.length; i++) {
            if (!court.caseOf(cases[i]).ended) _endCase(cases[i]);
        }
    }

    /// Everybody's awards, by a stranger.
    function withdrawAllCredits() external {
        if (msg.sender != _author) return;
        for (uint256 i = 0; i < people(); i++) _withdrawCredits(person(i));
    }

    /// @dev Everybody to whom court, arbiters' pool or registry may owe something, each once.
    function person(uint256 which) public pure returns (address) {
        if (which < ARBITERS) return arbiter(which);
        if (which < ARBITERS + PROVIDERS) return provider(which - ARBITERS);
        if (which < ARBITERS + PROVIDERS + JOBS) return refundTo(which - ARBITERS - PROVIDERS);
        return buyer(1);
    }

    function people() public pure returns (uint256) {
        return ARBITERS + PROVIDERS + JOBS + 1;
    }

    // --- reads ---

    function caseCount() external view returns (uint256) {
        return cases.length;
    }

    // --- inside ---

    function _vote(uint256 caseId, IDisputeCourt.Case memory its, uint256 seed) private {
        (, address[] memory panel) = court.panelOf(caseId, its.round);
        uint256 tenth = court.tenthOf(caseId) - (its.round == 0 ? 0 : 4);
        if (panel.length == 0 || tenth < 2 || tenth > 4) return _advance(seed);
        address who = panel[(seed >> 16) % panel.length];
        IDisputeCourt.Verdict verdict = IDisputeCourt.Verdict(uint256(keccak256(abi.encode(who, caseId))) % 3 + 1);
        vm.prank(who);
        if (tenth < 4) court.commitVote(caseId, keccak256(abi.encode(caseId, its.round, who, verdict, bytes32(0))));
        else try court.revealVote(caseId, verdict, 0) {} catch {}
    }

    /// @dev Once its time has come every case ends, by anybody, once, and pays each seat at most its fee and its share.
    function _endCase(uint256 caseId) private {
        IDisputeCourt.Case memory its = court.caseOf(caseId);
        uint256 from = its.round == 0 ? 6 : 9;
        if (court.tenthOf(caseId) < from) return;
        uint256 owed = court.totalOwed() + arbiters.totalOwed() + registry.totalOwed();
        Terms memory of_ = terms(jobOf[its.leaseId]);
        uint256[ARBITERS] memory before;
        for (uint256 i = 0; i < ARBITERS; i++) before[i] = court.creditOf(arbiter(i));
        vm.prank(STRANGER);
        try court.end(caseId, of_) {
            if (court.totalOwed() + arbiters.totalOwed() + registry.totalOwed() != owed) broken = "a ruling made or lost bonds and stake";
            vm.prank(STRANGER);
            try court.end(caseId, of_) {
                broken = "a case ended twice";
            } catch {}
        } catch {
            broken = "a case whose time was over did not end";
        }
        for (uint256 i = 0; i < ARBITERS; i++) {
            if (arbiter(i) == its.buyer) continue;
            uint256 seats = _seatsOf(caseId, arbiter(i), its);
            if (court.creditOf(arbiter(i)) - before[i] > seats * its.seatFee) broken = "an arbiter was paid more than once for a seat";
        }
    }

    /// @dev Seats that this arbiter can have in both panels: no more than their sizes.
    function _seatsOf(uint256 caseId, address who, IDisputeCourt.Case memory its) private view returns (uint256 seats) {
        for (uint8 round = 0; round <= its.round; round++) {
            (IDisputeCourt.Panel memory panel, address[] memory on) = court.panelOf(caseId, round);
            uint256 others;
            bool sits;
            for (uint256 i = 0; i < on.length; i++) {
                if (on[i] == who) sits = true;
                else others++;
            }
            if (sits) seats += panel.size - others;
        }
    }

    /// @dev The clock goes on by about a tenth of a case.
    function _advance(uint256 seed) private {
        _pass(3 minutes + seed % 3 minutes);
    }

    function _liveCase(uint256 seed) private view returns (uint256, IDisputeCourt.Case memory its) {
        for (uint256 i = 0; i < cases.length; i++) {
            uint256 caseId = cases[(seed % cases.length + i) % cases.length];
            its = court.caseOf(caseId);
            if (!its.ended) return (caseId, its);
        }
        return (0, its);
    }

    function _withdrawCredits(address who) private {
        if (court.creditOf(who) != 0) court.withdrawCredit(who);
        if (arbiters.creditOf(who) != 0) arbiters.withdrawCredit(who);
        if (registry.creditOf(who) != 0) registry.withdrawCredit(who);
    }

    function _joinArbiter(uint256 which) private {
        address who = arbiter(which);
        _give(who, address(arbiters), 300 * USD);
        vm.prank(who);
        arbiters.stake(300 * USD);
    }

    /// @dev A closed lease of this job with two minutes booked, each on an asset of its own time.
    function _book(uint256 job) private {
        uint256 assetId = job % 2 == 0 ? 1 : 4;
        vm.prank(SCHEDULER);
        bytes32 leaseId = market.assign(terms(job), assetId, 1, 300);
        jobOf[leaseId] = job;
        leases.push(leaseId);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        vm.prank(lease.node);
        market.start(leaseId);
        _pass(120);
        // Notarised, without a gap, the last: everything is billed.
        (Capture memory made, uint256 gross) = _captureOf(leaseId, 10, 120);
        market.capture(made.terms, made.receipt, made.nodeSignature, made.notarySignature, made.proof);
        captured[job][lease.payee] += gross;
    }
}
