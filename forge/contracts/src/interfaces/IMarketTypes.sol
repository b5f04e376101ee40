// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Words of the market: what listings and leases are, what happened, why not
interface IMarketTypes {
    /// @param pricePerSecond at most 2^96 - 1, so that a listing fits two slots
    /// @param version grows with every change of the listing; an assignment names the one it saw (rule 7)
    /// @param noticeSeconds least time between the provider's notice and the end of a running lease; the greatest value
    /// means that the provider gives up its right to end one early
    struct Listing {
        address token;
        uint128 pricePerSecond;
        uint32 minSeconds;
        uint32 maxSeconds;
        uint64 endsAt;
        uint32 version;
        bool active;
        uint32 noticeSeconds;
    }

    /// What a provider asks for an asset; `listBatch` posts one for many assets.
    struct Offer {
        address token;
        uint128 pricePerSecond;
        uint32 minSeconds;
        uint32 maxSeconds;
        uint64 endsAt;
        uint32 noticeSeconds;
    }

    /// One member of a gang: an asset at the listing version seen.
    struct Assignment {
        uint256 assetId;
        uint32 listingVersion;
        uint32 maxSeconds;
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
        Expired, // time: the lease's end passed
        Evicted // provider: the notice it gave ran out
    }

    /// What an asset fell short of.
    enum Requirement {
        Token,
        GpuClass,
        GpuCount,
        MemoryBytes,
        Region,
        AttestationLevel,
        AttestationAge,
        Stake,
        Reputation
    }

    /// @dev What changes while a lease runs and is paid, in one slot, so that a capture writes nothing else of the market's. The
    /// slot is the lease's id, which is the hash of what a capture must know and never changes (see `LeaseIdLib`).
    /// @param billedTo    elapsed second up to which usage is captured
    /// @param notarisedTo last second that was not billed on the provider's word alone
    /// @param until       when the lease ends; once it has ended, when it did
    struct Billing {
        uint32 sequence;
        uint32 billedTo;
        uint32 billedSeconds;
        uint32 notarisedTo;
        uint40 startedAt;
        uint40 until;
        uint40 captureDeadline;
        LeaseState state;
    }

    /// @dev The rest, as stored: four slots, and a fifth for an output. `LeaseView` is what callers read.
    /// @param staked         stake of the payee is locked for it
    /// @param finished       `finish` was called
    /// @param longestSeconds longest the lease may become by `extend`: what the provider offered when it was assigned
    /// @param noticeSeconds  copied from the listing
    /// @param evicted        the provider gave notice
    /// @param index          number of the lease within its job
    /// @param heldSeconds    seconds, billed ones included, that the escrow's reservation covers
    struct Lease {
        bytes32 jobId;
        // slot 1
        address payee;
        uint40 assignedAt;
        uint32 maxSeconds;
        EndReason reason;
        bool staked;
        bool finished;
        // slot 2
        address node;
        uint32 longestSeconds;
        uint32 noticeSeconds;
        bool evicted;
        uint16 index;
        // slot 3
        uint96 pricePerSecond;
        uint48 assetId;
        uint32 heldSeconds;
        uint16 feeBps;
        // slot 4
        bytes32 output;
    }

    /// @param maxSeconds seconds the reservation covers
    /// @param billedTo   elapsed second up to which usage is captured; the next receipt starts at or after it
    /// @param sequence   number of the next receipt: the nullifier of (lease, sequence)
    struct LeaseView {
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
        uint32 longestSeconds;
        uint32 noticeSeconds;
        bool evicted;
        bool staked;
        bool finished;
        uint16 index;
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
    /// @notice Beside `Listed`, for listings whose owner may end a lease early.
    event NoticeSet(uint256 indexed assetId, uint32 noticeSeconds);
    event LeaseExtended(bytes32 indexed leaseId, uint32 maxSeconds, uint64 endsAt, uint256 reserved);
    event NoticeGiven(bytes32 indexed leaseId, uint32 maxSeconds, uint64 endsAt);
    /// @notice The node never started the lease it was bound to: `amount` of its provider's stake went to the buyer's `refundTo`.
    event LeasePenalised(bytes32 indexed leaseId, address indexed provider, address to, uint256 amount);
    event LeaseFinished(bytes32 indexed leaseId, address indexed provider, uint256 earned);
    event SpendingCapSet(address indexed buyer, address indexed token, uint128 cap, uint32 periodSeconds);
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
    error NodeNotActive(address node);
    error OnlyAsset(address caller);
    error SecondsOutOfRange(uint256 got, uint256 min, uint256 max);
    error PastLeaseEnd(uint256 endsAt, uint256 leaseEnd);
    error AttestationTooShort(uint256 expires, uint256 endsAt);
    error RequirementNotMet(Requirement field, uint256 got, uint256 wanted);
    error AssetBusy(uint256 assetId, bytes32 leaseId);
    error TooManyLeases(uint256 limit);
    error WrongState(LeaseState got, LeaseState wanted);
    error KeyNotAllowed(address node, uint8 scopes, uint8 wanted);
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
    error PriceTooHigh(uint256 price, uint256 limit);
    error GangSizeOutOfRange(uint256 got, uint256 limit);
    error BatchTooLong(uint256 got, uint256 limit);
    error LeaseNotLonger(uint256 got, uint256 current);
    error LeaseTooLong(uint256 got, uint256 longest);
    error NoticeTooLong(uint256 endsAt, uint256 current);
    error NotPayee(address caller, address payee);
    error NotBuyer(address caller, address buyer);
    error SignatureExpired(uint256 timestamp, uint256 deadline);
    error BadBuyerSignature(address buyer);
    error AlreadySpent(uint256 spent);
    error AlreadyFinished(bytes32 leaseId);
    error SpendingCapReached(uint256 wanted, uint256 left);
    error PeriodOutOfRange(uint256 got, uint256 max);
}
