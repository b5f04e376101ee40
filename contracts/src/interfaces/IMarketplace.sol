// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Terms} from "./ITerms.sol";

/// @title Listings, leases and proof-gated capture
interface IMarketplace {
    /// @param version grows with every change of the listing; an assignment names the one it saw (rule 7)
    struct Listing {
        address token;
        uint128 pricePerSecond;
        uint32 minSeconds;
        uint32 maxSeconds;
        uint64 endsAt;
        uint32 version;
        bool active;
    }

    enum LeaseState {
        None,
        Assigned,
        Started,
        Ended,
        Closed
    }

    /// Why a lease ended, grouped by who caused it.
    enum EndReason {
        None,
        Completed, // provider: the workload finished
        Failed, // buyer: the workload exited with an error
        StoppedByBuyer, // buyer
        NeverStarted, // provider
        NodeLost, // provider or network: the scheduler saw no heartbeat
        Expired // time: the lease's end passed
    }

    /// @param maxSeconds seconds the reservation covers
    /// @param billedTo   elapsed second up to which usage is captured; the next receipt starts at or after it
    /// @param sequence   number of the next receipt: the nullifier of (lease, sequence)
    struct Lease {
        bytes32 jobId;
        uint256 assetId;
        address payee;
        address node;
        uint128 pricePerSecond;
        uint128 reserved;
        uint64 assignedAt;
        uint64 startedAt;
        uint64 endsAt;
        uint64 endedAt;
        uint32 maxSeconds;
        uint32 billedTo;
        uint32 billedSeconds;
        uint32 sequence;
        LeaseState state;
        EndReason reason;
        bytes32 output;
    }

    /// @notice One receipt as the chain sees it. `from` and `to` are whole seconds since the lease started; a receipt
    /// has no gap in it, so it bills exactly `to - from`. `last` closes the lease; `output` is zero before that.
    struct Receipt {
        bytes32 leaseId;
        uint32 sequence;
        uint32 from;
        uint32 to;
        uint256 head;
        bytes32 output;
        bool last;
    }

    /// @notice Groth16 proof of the tick chain behind a receipt.
    struct Proof {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
    }

    event Listed(uint256 indexed assetId, address indexed provider, address token, uint128 pricePerSecond, uint32 minSeconds, uint32 maxSeconds, uint64 endsAt, uint32 version);
    event Unlisted(uint256 indexed assetId, uint32 version);
    event LeaseAssigned(bytes32 indexed jobId, bytes32 indexed leaseId, uint256 indexed assetId, address node, address payee, uint128 pricePerSecond, uint32 maxSeconds, uint64 endsAt);
    event LeaseStarted(bytes32 indexed leaseId, uint64 startedAt);
    event LeaseEnded(bytes32 indexed leaseId, EndReason reason, uint64 endedAt);
    event UsageCaptured(bytes32 indexed jobId, bytes32 indexed leaseId, uint32 sequence, uint32 from, uint32 to, uint256 head, uint256 amount, uint256 fee);
    event LeaseClosed(bytes32 indexed leaseId, uint32 billedSeconds, bytes32 output);
    event JobAccepted(bytes32 indexed jobId, uint256 spent);
    /// @param paid released and booked for providers together
    event JobSettled(bytes32 indexed jobId, uint256 paid, uint256 fees, uint256 refunded);

    error NotProvider(address caller, uint256 assetId);
    error NotListed(uint256 assetId);
    error ListingChanged(uint32 named, uint32 current);
    error PriceAboveCap(uint256 price, uint256 cap);
    error NotScheduler(address caller);
    error NotaryMissing();
    error NodeNotActive(address node);
    error OnlyAsset(address caller);
    error SecondsOutOfRange(uint256 got, uint256 min, uint256 max);
    error PastLeaseEnd(uint256 endsAt, uint256 leaseEnd);
    error AttestationTooShort(uint256 expires, uint256 endsAt);
    error RequirementNotMet(string field, uint256 got, uint256 wanted);
    error AssetBusy(uint256 assetId, bytes32 leaseId);
    error TooManyLeases(uint256 limit);
    error WrongState(LeaseState got, LeaseState wanted);
    error NotNode(address caller, address node);
    error StartWindowClosed(uint256 timestamp, uint256 deadline);
    error NotAllowedToEnd(address caller);
    error WrongJob(bytes32 got, bytes32 wanted);
    error SequenceUsed(uint32 got, uint32 next);
    error TimeOutOfOrder(uint256 from, uint256 to, uint256 billedTo);
    error BilledBeyondLease(uint256 to, uint256 limit);
    error CaptureClosed(uint256 timestamp, uint256 deadline);
    error BadNodeSignature(address recovered, address node);
    error BadNotarySignature(address notary);
    error BadAcceptance(address buyer);
    error ProofRejected();
    error LeasesStillOpen(uint256 open);
    error SpentChanged(uint256 accepted, uint256 actual);

    // --- listings (the asset's owner) ---
    function list(uint256 assetId, address token, uint128 pricePerSecond, uint32 minSeconds, uint32 maxSeconds, uint64 endsAt) external;
    function reprice(uint256 assetId, uint128 pricePerSecond) external;
    function unlist(uint256 assetId) external;
    /// @notice Only the asset contract, on every transfer: the seller's listing ends with its ownership (rule 8).
    function assetMoved(uint256 assetId) external;
    function listingOf(uint256 assetId) external view returns (Listing memory);

    // --- leases ---
    /// @notice Assigns the job to an asset for `maxSeconds` at the price of the listing version named. By the job's
    /// scheduler or its buyer. Reserves price * maxSeconds plus fee in the escrow. `endsAt` = now + start window +
    /// `maxSeconds` must lie within the job's `leaseEnd`, the listing and the attestation.
    function assign(Terms calldata terms, uint256 assetId, uint32 listingVersion, uint32 maxSeconds) external returns (bytes32 leaseId);
    /// @notice The node says that the container started: billing begins. Only the lease's node, within the start window.
    /// The lease's `endsAt` becomes `startedAt + maxSeconds`.
    function start(bytes32 leaseId) external;
    /// @notice Ends a lease and fixes `endedAt`. A started lease: the node with Completed or Failed, the buyer with
    /// StoppedByBuyer, the scheduler with NodeLost, anybody with Expired once `endsAt` passed. An assigned one, which
    /// closes at once: the buyer with StoppedByBuyer, node or scheduler with NeverStarted, anybody with NeverStarted once
    /// the start window passed. Frees at once what can no longer be billed (rule 5).
    function end(Terms calldata terms, bytes32 leaseId, EndReason reason) external;
    function leaseOf(bytes32 leaseId) external view returns (Lease memory);
    /// @notice keccak256(abi.encode(chainid, market, jobId, index)); the job's first lease has index 0.
    function leaseIdOf(bytes32 jobId, uint256 index) external view returns (bytes32);
    /// @notice How many leases the job has had; never above `terms.maxLeases`.
    function leaseCountOf(bytes32 jobId) external view returns (uint256);
    /// @notice Seconds a node has to start an assigned lease.
    function startWindow() external view returns (uint64);
    /// @notice The lease that holds the asset now, or zero.
    function liveLeaseOf(uint256 assetId) external view returns (bytes32);
    function openLeasesOf(bytes32 jobId) external view returns (uint256);

    // --- usage ---
    /// @notice Books proven usage. Anybody may send it: authority is the node's signature over the receipt, the notary's
    /// over the tick head, and the usage proof over both. `last` closes the lease (a running one ends as Completed) and
    /// frees its reservation. A receipt of zero seconds is allowed.
    function capture(Terms calldata terms, Receipt calldata receipt, bytes calldata nodeSignature, bytes calldata notarySignature, Proof calldata proof) external returns (uint256 amount, uint256 fee);
    /// @notice Relays the buyer's countersignature over everything spent so far (EIP-712 `Acceptance`).
    function accept(Terms calldata terms, uint256 spent, bytes calldata signature) external;
    /// @notice Closes the job and refunds the rest: accepted with no lease open, or past the claim deadline (a lease without
    /// a last receipt does not hold the job open: nothing can be captured by then).
    function settle(Terms calldata terms) external returns (uint256 refunded);
}
