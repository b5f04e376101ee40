// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ICredits} from "./ICredits.sol";
import {Terms} from "./ITerms.sol";

/// @title Bonded claims, drawn panels, hidden votes, one appeal, a hard end
/// @notice A case runs on the clock alone, in tenths of its length: evidence 0-2, votes 2-4, opening of votes 4-5, appeal 5-6,
/// the appeal's votes 6-8 and their opening 8-9; from 6 (no appeal) or 9 anybody ends it, and it ends before the job's `reclaimAt`.
interface IDisputeCourt is ICredits {
    enum ClaimKind {
        NotDelivered,
        WrongOutput,
        WrongHardware,
        Overbilled
    }

    /// None: no decision (nobody voted, a tie): the proven part stands. Split: half of the claimed amount.
    enum Verdict {
        None,
        ForPayee,
        Split,
        ForBuyer
    }

    /// @param claimed   what the claim asks back, at most what is booked for the payee
    /// @param held      what was booked for the payee when the claim was made
    /// @param round     0: first panel, 1: appeal
    struct Case {
        bytes32 jobId;
        bytes32 leaseId;
        address buyer;
        address payee;
        address refundTo;
        address staker;
        address scheduler;
        address notary;
        address feeRecipient;
        ClaimKind kind;
        bool byPayee;
        bool slashable;
        bool ended;
        uint8 round;
        Verdict verdict;
        uint64 openedAt;
        uint64 length;
        uint128 claimed;
        uint128 held;
        uint128 seatFee;
        uint128 seatPenalty;
        uint16 slashBps;
        uint8 appealSize;
        uint128 appealBond;
    }

    /// @param snapshot  block whose stakes the draw weighs
    /// @param seedBlock later block whose hash decides it
    struct Panel {
        address payer;
        uint128 bond;
        uint48 snapshot;
        uint48 seedBlock;
        uint8 size;
        bool drawn;
        bytes32 seed;
    }

    event CaseOpened(uint256 indexed caseId, bytes32 indexed jobId, bytes32 indexed leaseId, address opener, ClaimKind kind, uint256 claimed, uint256 held, uint64 endsAt);
    /// @param uriHash     hash of where the evidence lies
    /// @param contentHash hash of the evidence; encrypted to the panel when private
    event EvidenceSubmitted(uint256 indexed caseId, address indexed by, bytes32 uriHash, bytes32 contentHash);
    event SeedFixed(uint256 indexed caseId, uint8 round, bytes32 seed);
    event PanelDrawn(uint256 indexed caseId, uint8 round, address[] seats);
    event VoteCommitted(uint256 indexed caseId, uint8 round, address indexed arbiter);
    event VoteRevealed(uint256 indexed caseId, uint8 round, address indexed arbiter, Verdict verdict, uint256 seats);
    event Appealed(uint256 indexed caseId, address indexed by, Verdict firstVerdict);
    event CaseEnded(uint256 indexed caseId, Verdict verdict, uint256 toPayee, uint256 toBuyer, uint256 slashed);
    event ArbiterPaid(uint256 indexed caseId, address indexed arbiter, uint256 amount);

    error NotParty(address caller);
    error WrongJob(bytes32 got, bytes32 wanted);
    error WrongToken(address token);
    error LeaseStillBilling(bytes32 leaseId);
    error ClaimWindowClosed(uint256 timestamp, uint256 deadline);
    error AlreadyClaimed(bytes32 leaseId);
    error CaseOpen(uint256 caseId);
    error BadAmount(uint256 got, uint256 limit);
    error NoTimeLeft(uint256 length, uint256 minLength);
    error CaseUnknown(uint256 caseId);
    error CaseHasEnded(uint256 caseId);
    /// @param got tenth of the case's length that has passed; `from` <= it < `to` was wanted
    error WrongPhase(uint256 got, uint256 from, uint256 to);
    error TooMuchEvidence(address by, uint256 limit);
    error SeedAlreadyFixed(uint256 caseId);
    error SeedNotFixed(uint256 caseId);
    error AlreadyDrawn(uint256 caseId);
    error NotOnPanel(address account);
    error NoCommitment(address arbiter);
    error BadReveal(bytes32 got, bytes32 wanted);
    error BadVerdict();
    error AlreadyAppealed(uint256 caseId);

    /// @notice By the buyer or the lease's payee. The buyer's claim asks back `amount`; the payee's puts everything booked for it
    /// before the court, once nothing more can be captured. Takes `bondFor(held, round 0)` of the stake token.
    function open(Terms calldata terms, bytes32 leaseId, ClaimKind kind, uint128 amount, bytes32 uriHash, bytes32 contentHash) external returns (uint256 caseId);
    /// @notice Buyer or payee, in the first two tenths; who stays silent has lost its turn.
    function submitEvidence(uint256 caseId, bytes32 uriHash, bytes32 contentHash) external;
    /// @notice Anybody, once the seed's block exists: keeps its hash, which the chain forgets after some hundred blocks.
    function fixSeed(uint256 caseId) external;
    /// @notice Anybody, once the seed is fixed. The result is the same whenever and by whomever it is called.
    function draw(uint256 caseId) external returns (address[] memory seats);
    /// @param commitment keccak256(abi.encode(caseId, round, arbiter, verdict, salt))
    function commitVote(uint256 caseId, bytes32 commitment) external;
    function revealVote(uint256 caseId, Verdict verdict, bytes32 salt) external;
    /// @notice Buyer or payee, once: a larger panel, a larger bond.
    function appeal(uint256 caseId, bytes32 uriHash, bytes32 contentHash) external;
    /// @notice Anybody, when the case's time has come: moves escrow, stake, bonds and fees.
    function end(uint256 caseId, Terms calldata terms) external;

    function caseOf(uint256 caseId) external view returns (Case memory);
    function panelOf(uint256 caseId, uint8 round) external view returns (Panel memory, address[] memory seats);
    function tallyOf(uint256 caseId, uint8 round, Verdict verdict) external view returns (uint256 seats);
    /// @notice Bond that a claim on `held` takes, with the seats' fees in it.
    function bondFor(uint256 held, uint8 round) external view returns (uint256);
    /// @notice Tenths of the case's length that have passed, 10 when it is over.
    function tenthOf(uint256 caseId) external view returns (uint256);
}
