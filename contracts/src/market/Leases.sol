// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IMarketCore} from "../interfaces/IMarketCore.sol";
import {Requirements, Terms} from "../interfaces/ITerms.sol";
import {LeaseBase} from "./LeaseBase.sol";
import {LeaseIdLib} from "./LeaseIdLib.sol";

/// @title Leases: a job on one asset for a time
abstract contract Leases is LeaseBase, IMarketCore {
    using SafeCast for uint256;

    /// @inheritdoc IMarketCore
    uint256 public constant gangLimit = 32;

    /// @inheritdoc IMarketCore
    function assign(Terms calldata terms, uint256 assetId, uint32 listingVersion, uint32 maxSeconds)
        external
        nonReentrant
        returns (bytes32 leaseId)
    {
        return _assign(terms, _checkCaller(terms), assetId, listingVersion, maxSeconds);
    }

    /// @inheritdoc IMarketCore
    function assignGang(Terms calldata terms, Assignment[] calldata members)
        external
        nonReentrant
        returns (bytes32[] memory leaseIds)
    {
        bytes32 jobId = _checkCaller(terms);
        require(members.length != 0 && members.length <= gangLimit, GangSizeOutOfRange(members.length, gangLimit));
        leaseIds = new bytes32[](members.length);
        for (uint256 i = 0; i < members.length; i++) {
            Assignment calldata member = members[i];
            leaseIds[i] = _assign(terms, jobId, member.assetId, member.listingVersion, member.maxSeconds);
        }
    }

    /// @inheritdoc IMarketCore
    function start(bytes32 leaseId) external {
        Lease storage lease = _leases[leaseId];
        Billing storage billing = _billingOf(leaseId);
        require(billing.state == LeaseState.Assigned, WrongState(billing.state, LeaseState.Assigned));
        address node = lease.node;
        require(msg.sender == node, NotNode(msg.sender, node));
        require(registry.canStart(node), NodeNotActive(node));
        uint256 deadline = _startBy(lease, billing);
        require(block.timestamp <= deadline, StartWindowClosed(block.timestamp, deadline));
        billing.state = LeaseState.Started;
        billing.startedAt = uint40(block.timestamp);
        billing.until = uint40(block.timestamp) + lease.maxSeconds;
        emit LeaseStarted(leaseId, uint64(block.timestamp));
    }

    /// @inheritdoc IMarketCore
    function end(Terms calldata terms, bytes32 leaseId, EndReason reason) external nonReentrant {
        _endAs(msg.sender, terms, leaseId, reason);
    }

    // --- inside ---

    function _checkCaller(Terms calldata terms) private view returns (bytes32 jobId) {
        require(msg.sender == terms.scheduler || msg.sender == terms.buyer, NotScheduler(msg.sender));
        return escrow.jobIdOf(terms);
    }

    function _assign(Terms calldata terms, bytes32 jobId, uint256 assetId, uint32 listingVersion, uint32 maxSeconds)
        private
        returns (bytes32 leaseId)
    {
        bytes32 busy = _liveLeaseOf(assetId);
        require(busy == bytes32(0), AssetBusy(assetId, busy));
        Posted memory listing = _posted[assetId];
        uint256 window = parameters.startWindow();
        uint40 endsAt = _checkListing(terms, assetId, listing, listingVersion, window, maxSeconds);
        uint256 index = _countLease(terms, jobId);
        (address payee, address node) = asset.occupy(assetId, terms.requirements, terms.buyer, endsAt);
        uint256 price = listing.pricePerSecond;
        {
            bytes32 accountId = _reserve(terms, payee, _withFee(price * maxSeconds, terms.feeBps));
            uint256 deal = LeaseIdLib.dealOf(index, terms.feeBps, price, payee);
            leaseId = LeaseIdLib.leaseIdOf(accountId, node, terms.notary, deal);
        }
        _lastLeaseOf[assetId] = leaseId;
        Billing storage billing = _billingOf(leaseId);
        (billing.until, billing.state) = (endsAt, LeaseState.Assigned);
        // Usage of a job whose notary is the market is never captured: only a proven answer pays it (see `Inference`).
        if (terms.notary != address(this)) {
            // A deadline beyond the 36,000 years that 40 bits hold is one that never comes.
            billing.captureDeadline = uint40(Math.min(terms.captureDeadline, type(uint40).max));
        }
        _leases[leaseId] = Lease({
            jobId: jobId,
            payee: payee,
            assignedAt: uint40(block.timestamp),
            maxSeconds: maxSeconds,
            reason: EndReason.None,
            staked: _stake(terms.requirements, payee, leaseId),
            finished: false,
            node: node,
            // Neither the provider's longest lease nor its listing's end is passed by extending (see `extend`).
            longestSeconds: uint32(Math.min(listing.maxSeconds, listing.endsAt - (block.timestamp + window))),
            noticeSeconds: listing.noticeSeconds,
            evicted: false,
            index: uint16(index), // below terms.maxLeases
            pricePerSecond: uint96(price),
            assetId: assetId.toUint48(),
            heldSeconds: maxSeconds,
            feeBps: terms.feeBps,
            output: 0
        });
        emit LeaseAssigned(jobId, leaseId, assetId, node, payee, uint128(price), maxSeconds, endsAt);
    }

    function _countLease(Terms calldata terms, bytes32 jobId) private returns (uint256 index) {
        JobLeases storage leases = _jobLeases[jobId];
        (uint128 count, uint128 open) = (leases.count, leases.open);
        require(count < terms.maxLeases, TooManyLeases(terms.maxLeases));
        (leases.count, leases.open) = (count + 1, open + 1);
        return count;
    }

    function _checkListing(
        Terms calldata terms,
        uint256 assetId,
        Posted memory listing,
        uint32 listingVersion,
        uint256 window,
        uint32 maxSeconds
    ) private view returns (uint40) {
        require(listing.active, NotListed(assetId));
        require(listing.version == listingVersion, ListingChanged(listingVersion, listing.version));
        require(
            listing.token == terms.token,
            RequirementNotMet(Requirement.Token, uint160(listing.token), uint160(terms.token))
        );
        require(
            listing.pricePerSecond <= terms.pricePerSecondCap,
            PriceAboveCap(listing.pricePerSecond, terms.pricePerSecondCap)
        );
        require(
            maxSeconds != 0 && maxSeconds >= listing.minSeconds && maxSeconds <= listing.maxSeconds,
            SecondsOutOfRange(maxSeconds, listing.minSeconds, listing.maxSeconds)
        );
        uint256 endsAt = block.timestamp + window + maxSeconds;
        uint256 limit = Math.min(terms.leaseEnd, listing.endsAt);
        require(endsAt <= limit, PastLeaseEnd(endsAt, limit));
        return uint40(endsAt); // at most listing.endsAt
    }

    /// @dev The payee of the lease stands behind it with its stake and its name, also after it sold the asset (rule 8).
    function _stake(Requirements calldata wanted, address payee, bytes32 leaseId) private returns (bool) {
        if (wanted.minStake != 0) {
            (uint256 free, uint256 locked) = registry.stakeOf(payee);
            require(
                free + locked >= wanted.minStake, RequirementNotMet(Requirement.Stake, free + locked, wanted.minStake)
            );
        }
        if (wanted.minReputation != 0) {
            uint256 score = reputation.scoreOf(payee);
            require(
                score >= wanted.minReputation, RequirementNotMet(Requirement.Reputation, score, wanted.minReputation)
            );
        }
        uint256 amount = parameters.leaseStake();
        if (amount == 0) return false;
        registry.lock(payee, leaseId, amount);
        return true;
    }
}
