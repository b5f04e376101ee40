// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {Requirements, Terms} from "../interfaces/ITerms.sol";
import {Listings} from "./Listings.sol";

/// @title Leases: a job on one asset for a time
/// @dev Assigned -> Started -> Ended -> Closed; a lease that never started goes from Assigned to Closed.
abstract contract Leases is Listings {
    using SafeCast for uint256;

    uint256 private constant BPS = 10_000;

    /// @inheritdoc IMarketplace
    uint64 public constant startWindow = 10 minutes;

    mapping(bytes32 leaseId => Lease) internal _leases;
    /// @inheritdoc IMarketplace
    mapping(uint256 assetId => bytes32) public liveLeaseOf;
    /// @inheritdoc IMarketplace
    mapping(bytes32 jobId => uint256) public leaseCountOf;
    /// @inheritdoc IMarketplace
    mapping(bytes32 jobId => uint256) public openLeasesOf;

    /// @inheritdoc IMarketplace
    function assign(Terms calldata terms, uint256 assetId, uint32 listingVersion, uint32 maxSeconds)
        external
        nonReentrant
        returns (bytes32 leaseId)
    {
        require(msg.sender == terms.scheduler || msg.sender == terms.buyer, NotScheduler(msg.sender));
        require(terms.notary != address(0), NotaryMissing());
        uint128 price = _checkListing(terms, assetId, listingVersion, maxSeconds);
        uint64 endsAt = uint64(block.timestamp) + startWindow + maxSeconds;
        address node = _checkAsset(terms, assetId, endsAt);

        bytes32 jobId = escrow.jobIdOf(terms);
        uint256 index = leaseCountOf[jobId]++;
        require(index < terms.maxLeases, TooManyLeases(terms.maxLeases));
        openLeasesOf[jobId]++;
        leaseId = leaseIdOf(jobId, index);
        liveLeaseOf[assetId] = leaseId;

        Lease storage lease = _leases[leaseId];
        lease.jobId = jobId;
        lease.assetId = assetId;
        lease.payee = _ownerOf(assetId);
        lease.node = node;
        lease.pricePerSecond = price;
        lease.maxSeconds = maxSeconds;
        lease.assignedAt = uint64(block.timestamp);
        lease.endsAt = endsAt;
        lease.state = LeaseState.Assigned;
        uint256 reserved = _withFee(uint256(price) * maxSeconds, terms.feeBps);
        emit LeaseAssigned(jobId, leaseId, assetId, node, lease.payee, price, maxSeconds, endsAt);

        escrow.reserve(terms, lease.payee, reserved);
        lease.reserved = reserved.toUint128();
        asset.setLessee(assetId, terms.buyer, endsAt);
    }

    /// @inheritdoc IMarketplace
    function start(bytes32 leaseId) external {
        Lease storage lease = _leases[leaseId];
        require(lease.state == LeaseState.Assigned, WrongState(lease.state, LeaseState.Assigned));
        require(msg.sender == lease.node, NotNode(msg.sender, lease.node));
        require(registry.providerOf(lease.node) != address(0), NodeNotActive(lease.node));
        uint64 deadline = lease.assignedAt + startWindow;
        require(block.timestamp <= deadline, StartWindowClosed(block.timestamp, deadline));
        lease.state = LeaseState.Started;
        lease.startedAt = uint64(block.timestamp);
        lease.endsAt = uint64(block.timestamp) + lease.maxSeconds;
        emit LeaseStarted(leaseId, lease.startedAt);
    }

    /// @inheritdoc IMarketplace
    function end(Terms calldata terms, bytes32 leaseId, EndReason reason) external nonReentrant {
        Lease storage lease = _leaseOfJob(terms, leaseId);
        bool started = lease.state == LeaseState.Started;
        require(started || lease.state == LeaseState.Assigned, WrongState(lease.state, LeaseState.Started));
        require(_mayEnd(terms, lease, reason, started), NotAllowedToEnd(msg.sender));
        _end(lease, leaseId, reason);
        if (!started) _closeLease(lease, leaseId);

        // Past the capture deadline the reservation is void anyway, and `settle` or `reclaim` may have emptied the job:
        // ending must still work then, or the asset would stay busy for ever.
        uint256 needed = started ? _billableWithFee(lease, terms.feeBps) : 0;
        if (block.timestamp <= terms.captureDeadline) _keepReserved(lease, needed);
    }

    /// @inheritdoc IMarketplace
    function leaseOf(bytes32 leaseId) external view returns (Lease memory) {
        return _leases[leaseId];
    }

    /// @inheritdoc IMarketplace
    function leaseIdOf(bytes32 jobId, uint256 index) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), jobId, index));
    }

    // --- inside ---

    /// @dev Amount plus its fee. Rounded down per capture too, so captures together never exceed one rounding of the sum.
    function _withFee(uint256 amount, uint256 feeBps) internal pure returns (uint256) {
        return amount + _feeOf(amount, feeBps);
    }

    function _feeOf(uint256 amount, uint256 feeBps) internal pure returns (uint256) {
        return amount * feeBps / BPS;
    }

    function _leaseOfJob(Terms calldata terms, bytes32 leaseId) internal view returns (Lease storage lease) {
        lease = _leases[leaseId];
        bytes32 jobId = escrow.jobIdOf(terms);
        require(lease.jobId == jobId, WrongJob(jobId, lease.jobId));
    }

    /// @dev Fixes the end and frees the asset; an end after `endsAt` counts as at `endsAt`.
    function _end(Lease storage lease, bytes32 leaseId, EndReason reason) internal {
        lease.state = LeaseState.Ended;
        lease.reason = reason;
        lease.endedAt = uint64(Math.min(block.timestamp, lease.endsAt));
        delete liveLeaseOf[lease.assetId];
        emit LeaseEnded(leaseId, reason, lease.endedAt);
        asset.setLessee(lease.assetId, address(0), 0);
    }

    function _closeLease(Lease storage lease, bytes32 leaseId) internal {
        lease.state = LeaseState.Closed;
        openLeasesOf[lease.jobId]--;
        emit LeaseClosed(leaseId, lease.billedSeconds, lease.output);
    }

    /// @dev Frees what exceeds `needed` at once for the job's next lease (rule 5).
    function _keepReserved(Lease storage lease, uint256 needed) internal {
        uint256 freed = lease.reserved - needed;
        if (freed == 0) return;
        lease.reserved = needed.toUint128();
        escrow.unreserve(lease.jobId, lease.payee, freed);
    }

    /// @dev Most that the ended lease can still bill: whole seconds between what is billed and its end.
    function _billableWithFee(Lease storage lease, uint256 feeBps) private view returns (uint256) {
        uint256 elapsed = lease.endedAt - lease.startedAt;
        uint256 billable = Math.min(elapsed - lease.billedTo, lease.maxSeconds - lease.billedSeconds);
        return _withFee(uint256(lease.pricePerSecond) * billable, feeBps);
    }

    function _mayEnd(Terms calldata terms, Lease storage lease, EndReason reason, bool started)
        private
        view
        returns (bool)
    {
        if (reason == EndReason.StoppedByBuyer) return msg.sender == terms.buyer;
        if (!started) {
            return reason == EndReason.NeverStarted
                && (
                    msg.sender == lease.node || msg.sender == terms.scheduler
                        || block.timestamp > lease.assignedAt + startWindow
                );
        }
        if (reason == EndReason.Completed || reason == EndReason.Failed) return msg.sender == lease.node;
        if (reason == EndReason.NodeLost) return msg.sender == terms.scheduler;
        return reason == EndReason.Expired && block.timestamp >= lease.endsAt;
    }

    function _checkListing(Terms calldata terms, uint256 assetId, uint32 listingVersion, uint32 maxSeconds)
        private
        view
        returns (uint128 price)
    {
        Listing storage listing = _activeListing(assetId);
        require(listing.version == listingVersion, ListingChanged(listingVersion, listing.version));
        require(
            listing.token == terms.token,
            RequirementNotMet("token", uint160(listing.token), uint160(terms.token))
        );
        price = listing.pricePerSecond;
        require(price <= terms.pricePerSecondCap, PriceAboveCap(price, terms.pricePerSecondCap));
        require(
            maxSeconds != 0 && maxSeconds >= listing.minSeconds && maxSeconds <= listing.maxSeconds,
            SecondsOutOfRange(maxSeconds, listing.minSeconds, listing.maxSeconds)
        );
        uint64 endsAt = uint64(block.timestamp) + startWindow + maxSeconds;
        uint256 limit = Math.min(terms.leaseEnd, listing.endsAt);
        require(endsAt <= limit, PastLeaseEnd(endsAt, limit));
    }

    function _checkAsset(Terms calldata terms, uint256 assetId, uint64 endsAt) private view returns (address node) {
        require(liveLeaseOf[assetId] == bytes32(0), AssetBusy(assetId, liveLeaseOf[assetId]));
        IComputeAsset.Capability memory capability = asset.capabilityOf(assetId);
        _checkRequirements(terms.requirements, capability);
        require(capability.attestedUntil >= endsAt, AttestationTooShort(capability.attestedUntil, endsAt));
        node = capability.node;
        require(registry.providerOf(node) != address(0), NodeNotActive(node));
    }

    function _checkRequirements(Requirements calldata wanted, IComputeAsset.Capability memory got) private pure {
        require(
            wanted.gpuClass == 0 || wanted.gpuClass == got.gpuClass,
            RequirementNotMet("gpuClass", uint256(got.gpuClass), uint256(wanted.gpuClass))
        );
        require(got.gpuCount >= wanted.gpuCount, RequirementNotMet("gpuCount", got.gpuCount, wanted.gpuCount));
        require(
            got.memoryBytes >= wanted.minMemoryBytes,
            RequirementNotMet("minMemoryBytes", got.memoryBytes, wanted.minMemoryBytes)
        );
        require(
            wanted.region == 0 || wanted.region == got.region,
            RequirementNotMet("region", uint16(got.region), uint16(wanted.region))
        );
    }
}
