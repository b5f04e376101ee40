// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {IMarketTypes} from "../../src/interfaces/IMarketTypes.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {Terms} from "../../src/interfaces/ITerms.sol";
import {IUsage} from "../../src/interfaces/IUsage.sol";
import {Payments} from "./Payments.sol";
import {vm} from "./Vm.sol";

/// @title Buyers, providers, nodes, notary and scheduler of the whole market, at random
/// @dev What cannot be done now gives way to what can (no free asset: a lease ends first), so that most calls do something.
abstract contract MarketHandler is Payments {
    /// @dev One receipt with everything that a capture wants.
    struct Capture {
        Terms terms;
        IMarketTypes.Receipt receipt;
        bytes nodeSignature;
        bytes notarySignature;
        IMarketTypes.Proof proof;
    }

    address internal immutable _author = msg.sender;
    bytes32[] public leases;
    mapping(bytes32 leaseId => uint256) public jobOf;
    /// The last receipt captured of the lease stands on the node's word alone.
    mapping(bytes32 leaseId => bool) private _onItsWord;
    /// What was captured, fee included: the market's proof of the payee's debt.
    mapping(uint256 job => mapping(address payee => uint256)) public captured;

    constructor() {
        for (uint256 i = 0; i < ASSETS; i++) _list(i + 1);
    }

    // --- listings and assets ---

    function reprice(uint256 seed, uint256 price) external counted {
        uint256 assetId = seed % ASSETS + 1;
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        market.reprice(assetId, uint128(price % (5 * PRICE)));
    }

    function sell(uint256 seed) external counted {
        uint256 assetId = seed % ASSETS + 1;
        address owner = IERC721(address(asset)).ownerOf(assetId);
        vm.prank(owner);
        IERC721(address(asset)).transferFrom(owner, owner == provider(0) ? provider(1) : provider(0), assetId);
        _list(assetId);
    }

    // --- leases ---

    function assign(uint256 seed, uint256 time) public counted {
        uint256 job = _fundedJob(seed);
        uint256 assetId = _freeAsset(seed >> 8);
        if (assetId == 0) return _end(_pick(seed, true), seed);
        if (_now() + 20 minutes > START + 2 days) return _leave(seed);
        IMarketTypes.Listing memory listing = market.listingOf(assetId);
        uint256 most = _affordable(job, listing.pricePerSecond);
        if (most < 60) return _topUp(job, seed, time, 3 * (time >> 8));
        uint32 version = listing.version;
        vm.prank(seed % 2 == 0 ? SCHEDULER : buyer(job));
        bytes32 leaseId = market.assign(terms(job), assetId, version, uint32(time % (most > 600 ? 541 : most - 59) + 60));
        jobOf[leaseId] = job;
        leases.push(leaseId);
    }

    /// Both slices at once, or the whole GPU and the other node's asset.
    function assignGang(uint256 seed, uint256 time) external counted {
        uint256 job = _fundedJob(seed);
        (uint256 one, uint256 two) = seed % 4 < 2 ? (uint256(2), uint256(3)) : (uint256(1), uint256(4));
        if (!_isFree(one) || !_isFree(two)) return _end(_pick(seed, true), seed);
        if (_now() + 20 minutes > START + 2 days) return _leave(seed);
        IMarketTypes.Assignment[] memory members = new IMarketTypes.Assignment[](2);
        members[0] = IMarketTypes.Assignment(one, market.listingOf(one).version, uint32(time % 300 + 60));
        members[1] = IMarketTypes.Assignment(two, market.listingOf(two).version, uint32(time % 300 + 60));
        vm.prank(SCHEDULER);
        bytes32[] memory made = market.assignGang(terms(job), members);
        for (uint256 i = 0; i < made.length; i++) {
            jobOf[made[i]] = job;
            leases.push(made[i]);
        }
    }

    function start(uint256 seed) public counted {
        bytes32 leaseId = _pickState(seed, IMarketTypes.LeaseState.Assigned);
        if (leaseId == 0) return assign(seed, seed >> 16);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        if (_now() > uint256(lease.endsAt) - lease.maxSeconds) return _end(leaseId, seed);
        vm.prank(lease.node);
        market.start(leaseId);
        _pass(30 + seed % 120);
    }

    function capture(uint256 seed, uint256 span) external counted {
        bytes32 leaseId = _pickBillable(seed);
        if (leaseId == 0) return start(seed);
        (Capture memory made, uint256 gross) = _captureOf(leaseId, seed, span);
        address payee = market.leaseOf(leaseId).payee;
        market.capture(made.terms, made.receipt, made.nodeSignature, made.notarySignature, made.proof);
        _onItsWord[leaseId] = made.notarySignature.length == 0;
        captured[jobOf[leaseId]][payee] += gross;
    }

    /// One lease's next receipt and, in the same batch, the same one again: skipped, not paid twice.
    function captureBatch(uint256 seed, uint256 span) external counted {
        bytes32 leaseId = _pickBillable(seed);
        if (leaseId == 0) return start(seed);
        bytes32 other = _pickBillable(seed >> 32);
        bool two = other != leaseId && other != 0;
        IUsage.Run[] memory runs = new IUsage.Run[](two ? 3 : 2);
        runs[0] = _addToBatch(leaseId, seed, span);
        runs[1] = runs[0];
        if (two) runs[2] = _addToBatch(other, seed >> 64, span >> 32);
        IUsage(address(market)).captureBatch(runs);
    }

    function end(uint256 seed) external counted {
        _end(_pick(seed, true), seed);
    }

    function extend(uint256 seed, uint256 more) external counted {
        bytes32 leaseId = _pick(seed, true);
        if (leaseId == 0) return start(seed);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        if (lease.evicted || lease.maxSeconds >= lease.longestSeconds || _now() >= lease.endsAt) return _end(leaseId, seed);
        uint256 job = jobOf[leaseId];
        vm.prank(buyer(job));
        uint32 time = uint32(lease.maxSeconds + 1 + more % (lease.longestSeconds - lease.maxSeconds));
        market.extend(terms(job), leaseId, time);
    }

    function giveNotice(uint256 seed) external counted {
        bytes32 leaseId = _pickState(seed, IMarketTypes.LeaseState.Started);
        if (leaseId == 0) return start(seed);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        if (_now() + lease.noticeSeconds >= lease.endsAt) return _end(leaseId, seed);
        vm.prank(lease.payee);
        market.giveNotice(terms(jobOf[leaseId]), leaseId);
    }

    function finish(uint256 seed) external counted {
        for (uint256 i = 0; i < leases.length; i++) {
            bytes32 leaseId = leases[(seed + i) % leases.length];
            IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
            if (lease.finished || lease.state < IMarketTypes.LeaseState.Ended) continue;
            if (_now() <= START + 2 days + 4 hours && !_job(jobOf[leaseId]).closed) continue;
            return market.finish(terms(jobOf[leaseId]), leaseId);
        }
        start(seed);
    }

    function settle(uint256 seed) external counted {
        uint256 job = seed % JOBS;
        IJobEscrow.Job memory its = _job(job);
        if (its.deposited == 0 || its.closed) return _fund(seed);
        bool may = _now() > START + 2 days + 4 hours || (its.accepted && market.openLeasesOf(jobIds[job]) == 0);
        // Rarely: a closed job ends the story of that job.
        if (!may || seed % 5 != 0) return start(seed);
        market.settle(terms(job));
    }

    function cancel(uint256 seed) external counted {
        uint256 job = seed % JOBS;
        if (market.openLeasesOf(jobIds[job]) != 0 || _job(job).closed || _job(job).deposited == 0) return start(seed);
        if (_spentOf(job) != 0 || seed % 5 != 0) return start(seed);
        vm.prank(buyer(job));
        market.cancel(terms(job), new bytes32[](0));
    }

    function passTime(uint256 seed) external counted {
        if (seed % 64 == 0) return _pass(2 days);
        _pass(seed % 16 == 0 ? seed % 3 hours : seed % 8 minutes);
    }

    /// The admin, within the bounds in code: none of it may reach what runs.
    function administer(uint256 seed, uint256 value) external counted {
        vm.prank(TIMELOCK);
        if (seed % 4 == 0) parameters.set(IParameters.Key.StartWindow, value % 1740 + 60);
        else if (seed % 4 == 1) parameters.set(IParameters.Key.FeeCeilingBps, value % 2001);
        else if (seed % 4 == 2) parameters.set(IParameters.Key.NeverStartedPenalty, value % (20 * USD + 1));
        else parameters.set(IParameters.Key.MinGap, value % 30 days + 10 minutes);
    }

    /// Scheduler, nodes, notary, admin and court are gone, and so are the parties: a stranger does what stands open to all.
    function vanish() external {
        if (msg.sender != _author) return; // the fuzzer goes on
        if (_now() <= START + 2 days + 6 hours) vm.warp(START + 2 days + 6 hours + 1);
        vm.startPrank(STRANGER);
        for (uint256 i = 0; i < leases.length; i++) {
            IMarketTypes.LeaseView memory lease = market.leaseOf(leases[i]);
            IMarketTypes.EndReason reason = lease.state == IMarketTypes.LeaseState.Assigned
                ? IMarketTypes.EndReason.NeverStarted
                : lease.evicted ? IMarketTypes.EndReason.Evicted : IMarketTypes.EndReason.Expired;
            bool live = lease.state == IMarketTypes.LeaseState.Assigned || lease.state == IMarketTypes.LeaseState.Started;
            if (live) market.end(terms(jobOf[leases[i]]), leases[i], reason);
            if (!lease.finished) market.finish(terms(jobOf[leases[i]]), leases[i]);
        }
        for (uint256 i = 0; i < JOBS; i++) {
            if (_job(i).deposited == 0) continue;
            if (!_job(i).closed) escrow.reclaim(terms(i));
            for (uint256 who = 0; who < PROVIDERS; who++) try escrow.release(terms(i), provider(who)) {} catch {}
        }
        for (uint256 i = 0; i < 3 + JOBS; i++) {
            if (escrow.balanceOf(moneyOwner(i), address(token)) != 0) _withdraw(moneyOwner(i));
        }
        vm.stopPrank();
    }

    // --- reads ---

    function leaseCount() external view returns (uint256) {
        return leases.length;
    }

    // --- inside ---

    function _end(bytes32 leaseId, uint256 seed) internal {
        if (leaseId == 0) return _fund(seed);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        uint256 job = jobOf[leaseId];
        address by = STRANGER;
        IMarketTypes.EndReason reason;
        uint256 kind = (seed >> 4) % 3;
        if (lease.state == IMarketTypes.LeaseState.Assigned) {
            bool late = _now() > uint256(lease.endsAt) - lease.maxSeconds;
            (by, reason) = late
                ? (STRANGER, IMarketTypes.EndReason.NeverStarted)
                : kind == 0 ? (lease.node, IMarketTypes.EndReason.NeverStarted) : (buyer(job), IMarketTypes.EndReason.StoppedByBuyer);
        } else if (_now() >= lease.endsAt) {
            reason = lease.evicted ? IMarketTypes.EndReason.Evicted : IMarketTypes.EndReason.Expired;
        } else {
            (by, reason) = kind == 0
                ? (lease.node, IMarketTypes.EndReason.Completed)
                : kind == 1 ? (buyer(job), IMarketTypes.EndReason.StoppedByBuyer) : (SCHEDULER, IMarketTypes.EndReason.NodeLost);
        }
        vm.prank(by);
        market.end(terms(job), leaseId, reason);
    }

    /// @dev The receipt that comes next, at most as far as the chain's clock allows, with its signatures.
    function _captureOf(bytes32 leaseId, uint256 seed, uint256 span)
        internal
        view
        returns (Capture memory made, uint256 gross)
    {
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        uint256 limit = _billableUntil(lease) - lease.startedAt;
        bool alone = seed % 3 == 0 && !_onItsWord[leaseId];
        uint256 most = limit - lease.billedTo;
        if (alone && most > 300) most = 300;
        uint256 from = lease.billedTo + (seed % 8 == 1 ? most / 4 : 0);
        uint32 to = uint32(from + span % (lease.billedTo + most - from + 1));
        made.terms = terms(jobOf[leaseId]);
        made.receipt = IMarketTypes.Receipt(leaseId, lease.sequence, uint32(from), to, seed, bytes32(0), seed % 5 == 0);
        (made.nodeSignature, made.notarySignature) = _signReceipt(made.receipt, nodeKeyOf(lease.node));
        if (alone) made.notarySignature = "";
        made.proof.c[0] = 1;
        // By all seconds so far: however receipts are cut, they pay one rounding.
        uint256 billed = lease.billedSeconds;
        gross = _withFee(lease.pricePerSecond * (billed + to - from)) - _withFee(lease.pricePerSecond * billed);
    }

    function _withFee(uint256 amount) private pure returns (uint256) {
        return amount + amount * FEE_BPS / 10_000;
    }

    function _addToBatch(bytes32 leaseId, uint256 seed, uint256 span) private returns (IUsage.Run memory) {
        (Capture memory made, uint256 gross) = _captureOf(leaseId, seed, span);
        _onItsWord[leaseId] = made.notarySignature.length == 0;
        captured[jobOf[leaseId]][market.leaseOf(leaseId).payee] += gross;
        return _runOf(made);
    }

    /// @dev A run of one receipt: signed as the receipt itself.
    function _runOf(Capture memory made) internal view returns (IUsage.Run memory run) {
        IMarketTypes.Receipt memory receipt = made.receipt;
        IMarketTypes.LeaseView memory lease = market.leaseOf(receipt.leaseId);
        uint256 deal = uint256(lease.index) | uint256(FEE_BPS) << 16 | uint256(lease.pricePerSecond) << 32;
        uint256 span = uint256(receipt.to) | uint256(receipt.from) << 32 | uint256(receipt.sequence) << 64 | deal << 96;
        (run.payee, run.node, run.notary) = (lease.payee, lease.node, made.terms.notary);
        (run.nodeSignature, run.notarySignature) = (made.nodeSignature, made.notarySignature);
        run.outputs = new bytes32[](receipt.last ? 1 : 0);
        run.usages = new IUsage.Usage[](1);
        run.usages[0] = IUsage.Usage({
            accountId: keccak256(abi.encode(lease.jobId, lease.payee, made.terms.buyer)),
            head: receipt.head,
            span: receipt.last ? span | 1 << 176 : span,
            proof: made.proof
        });
    }

    function _signReceipt(IMarketTypes.Receipt memory receipt, uint256 nodeKey)
        internal
        view
        returns (bytes memory nodeSignature, bytes memory notarySignature)
    {
        bytes32 typehash = keccak256(
            "Receipt(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head,bytes32 output,bool last)"
        );
        nodeSignature =
            _sign(nodeKey, "Gristmill Market", address(market), keccak256(abi.encodePacked(typehash, abi.encode(receipt))));
        bytes32 tick = keccak256("Tick(bytes32 leaseId,uint32 sequence,uint32 from,uint32 to,uint256 head)");
        bytes32 hash =
            keccak256(abi.encode(tick, receipt.leaseId, receipt.sequence, receipt.from, receipt.to, receipt.head));
        notarySignature = _sign(NOTARY_KEY, "Gristmill Market", address(market), hash);
    }

    function _billableUntil(IMarketTypes.LeaseView memory lease) internal view returns (uint256) {
        if (lease.endedAt != 0) return lease.endedAt;
        return _now() < lease.endsAt ? _now() : lease.endsAt;
    }

    function _list(uint256 assetId) private {
        uint256[] memory ids = new uint256[](1);
        ids[0] = assetId;
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        market.listBatch(ids, IMarketTypes.Offer(address(token), PRICE, 1, 1200, uint64(START + 30 days), 60));
    }

    /// @dev A live lease (assigned or started), or any when `live` is not asked for.
    function _pick(uint256 seed, bool live) internal view returns (bytes32) {
        for (uint256 i = 0; i < leases.length; i++) {
            bytes32 leaseId = leases[(seed % leases.length + i) % leases.length];
            IMarketTypes.LeaseState state = market.leaseOf(leaseId).state;
            if (!live || state == IMarketTypes.LeaseState.Assigned || state == IMarketTypes.LeaseState.Started) return leaseId;
        }
        return 0;
    }

    function _pickState(uint256 seed, IMarketTypes.LeaseState state) internal view returns (bytes32) {
        for (uint256 i = 0; i < leases.length; i++) {
            bytes32 leaseId = leases[(seed % leases.length + i) % leases.length];
            if (market.leaseOf(leaseId).state == state) return leaseId;
        }
        return 0;
    }

    function _pickBillable(uint256 seed) internal view returns (bytes32 leaseId) {
        if (_now() > START + 2 days + 2 hours) return 0;
        leaseId = _pickState(seed, IMarketTypes.LeaseState.Started);
        if (leaseId == 0) leaseId = _pickState(seed, IMarketTypes.LeaseState.Ended);
        if (leaseId != 0 && _job(jobOf[leaseId]).closed) return 0;
    }

    function _isFree(uint256 assetId) internal view returns (bool) {
        if (market.liveLeaseOf(assetId) != 0) return false;
        return asset.busyUnitsOf(asset.capabilityOf(assetId).node) & unitsOf(assetId) == 0;
    }

    function _freeAsset(uint256 seed) private view returns (uint256) {
        for (uint256 i = 0; i < ASSETS; i++) {
            uint256 assetId = (seed % ASSETS + i) % ASSETS + 1;
            if (_isFree(assetId)) return assetId;
        }
        return 0;
    }
}
