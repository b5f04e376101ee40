// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IArbiterPool} from "../interfaces/IArbiterPool.sol";
import {ICourtEscrow} from "../interfaces/ICourtEscrow.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {IMarketTypes} from "../interfaces/IMarketTypes.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IReputation} from "../interfaces/IReputation.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {Credits} from "../market/Credits.sol";
import {SeedLib} from "../market/SeedLib.sol";

/// @title Opening of cases, evidence, appeal, and the clock they run on
abstract contract Cases is IDisputeCourt, Credits {
    using SafeCast for uint256;

    uint256 internal constant TENTHS = 10;
    uint256 internal constant EVIDENCE_ENDS = 2;
    uint256 internal constant VOTES_END = 4;
    uint256 internal constant REVEAL_ENDS = 5;
    uint256 internal constant APPEAL_ENDS = 6;
    uint256 internal constant APPEAL_VOTES_END = 8;
    uint256 internal constant APPEAL_REVEAL_ENDS = 9;
    uint256 internal constant BPS = 10_000;
    /// @dev Pieces of evidence of one side.
    uint256 private constant EVIDENCE_LIMIT = 8;

    IArbiterPool public immutable pool;
    IParameters public immutable parameters;
    IMarketplace public immutable market;
    ICourtEscrow public immutable escrow;
    IProviderRegistry public immutable registry;
    IReputation public immutable reputation;

    /// @notice Number of cases; ids are 1 to this.
    uint256 public caseCount;
    /// @notice The one case about a lease.
    mapping(bytes32 leaseId => uint256) public caseOfLease;
    /// @notice The open case about what a payee earned in a job.
    mapping(bytes32 jobId => mapping(address payee => uint256)) public openCaseOf;

    mapping(uint256 caseId => Case) internal _cases;
    mapping(uint256 caseId => mapping(uint256 round => Panel)) internal _panels;
    mapping(uint256 caseId => mapping(address by => uint256)) private _evidenceCount;

    modifier onlyParty(uint256 caseId) {
        Case storage its = _live(caseId);
        require(msg.sender == its.buyer || msg.sender == its.payee, NotParty(msg.sender));
        _;
    }

    constructor(
        IArbiterPool pool_,
        IParameters parameters_,
        IMarketplace market_,
        ICourtEscrow escrow_,
        IProviderRegistry registry_,
        IReputation reputation_
    ) Credits(pool_.stakeToken()) {
        pool = pool_;
        parameters = parameters_;
        market = market_;
        escrow = escrow_;
        registry = registry_;
        reputation = reputation_;
    }

    /// @inheritdoc IDisputeCourt
    function open(
        Terms calldata terms,
        bytes32 leaseId,
        ClaimKind kind,
        uint128 amount,
        bytes32 uriHash,
        bytes32 contentHash
    ) external nonReentrant returns (uint256 caseId) {
        bytes32 jobId = escrow.jobIdOf(terms);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        require(lease.jobId == jobId, WrongJob(jobId, lease.jobId));
        require(terms.token == stakeToken, WrongToken(terms.token));
        bool byPayee = msg.sender == lease.payee && msg.sender != terms.buyer;
        require(byPayee || msg.sender == terms.buyer, NotParty(msg.sender));
        require(block.timestamp <= terms.claimDeadline, ClaimWindowClosed(block.timestamp, terms.claimDeadline));
        // A claim before the last capture would leave later captures out. A payee's must wait for all of its leases: its
        // claim covers everything and so must not come in front of one of the buyer's.
        bool final_ = block.timestamp > terms.captureDeadline;
        require(final_ || (!byPayee && lease.state == IMarketTypes.LeaseState.Closed), LeaseStillBilling(leaseId));
        require(caseOfLease[leaseId] == 0, AlreadyClaimed(leaseId));
        require(openCaseOf[jobId][lease.payee] == 0, CaseOpen(openCaseOf[jobId][lease.payee]));
        (uint256 held,) = escrow.heldOf(jobId, lease.payee);
        if (byPayee) amount = held.toUint128();
        require(amount != 0 && amount <= held, BadAmount(amount, held));

        caseId = ++caseCount;
        caseOfLease[leaseId] = caseId;
        openCaseOf[jobId][lease.payee] = caseId;
        Case storage made = _cases[caseId];
        made.jobId = jobId;
        made.leaseId = leaseId;
        (made.buyer, made.payee, made.refundTo) = (terms.buyer, lease.payee, terms.refundTo);
        (made.scheduler, made.notary, made.feeRecipient) = (terms.scheduler, terms.notary, terms.feeRecipient);
        (made.kind, made.byPayee) = (kind, byPayee);
        (made.claimed, made.held) = (amount, held.toUint128());
        made.openedAt = uint64(block.timestamp);
        made.length = _lengthFor(terms.reclaimAt);
        made.seatFee = parameters.get(IParameters.Key.SeatFee).toUint128();
        made.seatPenalty = parameters.get(IParameters.Key.SeatPenalty).toUint128();
        made.slashBps = parameters.get(IParameters.Key.SlashBps).toUint16();
        emit CaseOpened(caseId, jobId, leaseId, msg.sender, kind, amount, held, made.openedAt + made.length);
        emit EvidenceSubmitted(caseId, msg.sender, uriHash, contentHash);

        // Copied, so that the appeal's price is known from the first day.
        made.appealSize = uint8(parameters.get(IParameters.Key.AppealPanel));
        made.appealBond = bondFor(held, 1).toUint128();
        _startPanel(caseId, 0, parameters.get(IParameters.Key.FirstPanel), bondFor(held, 0));
        escrow.hold(terms, lease.payee);
        _lockStake(caseId, made, lease.endedAt);
        reputation.recordDispute(lease.payee);
    }

    /// @inheritdoc IDisputeCourt
    function submitEvidence(uint256 caseId, bytes32 uriHash, bytes32 contentHash) external onlyParty(caseId) {
        _requirePhase(caseId, 0, EVIDENCE_ENDS);
        require(++_evidenceCount[caseId][msg.sender] <= EVIDENCE_LIMIT, TooMuchEvidence(msg.sender, EVIDENCE_LIMIT));
        emit EvidenceSubmitted(caseId, msg.sender, uriHash, contentHash);
    }

    /// @inheritdoc IDisputeCourt
    function appeal(uint256 caseId, bytes32 uriHash, bytes32 contentHash) external nonReentrant onlyParty(caseId) {
        _requirePhase(caseId, REVEAL_ENDS, APPEAL_ENDS);
        Case storage its = _cases[caseId];
        require(its.round == 0, AlreadyAppealed(caseId));
        its.round = 1;
        its.verdict = _verdictOf(caseId, 0);
        emit Appealed(caseId, msg.sender, its.verdict);
        emit EvidenceSubmitted(caseId, msg.sender, uriHash, contentHash);
        _startPanel(caseId, 1, its.appealSize, its.appealBond);
    }

    /// @inheritdoc IDisputeCourt
    function caseOf(uint256 caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @inheritdoc IDisputeCourt
    function bondFor(uint256 held, uint8 round) public view returns (uint256) {
        uint256 seats = parameters.get(round == 0 ? IParameters.Key.FirstPanel : IParameters.Key.AppealPanel);
        uint256 atRisk =
            Math.max(parameters.get(IParameters.Key.ClaimBond), held * parameters.get(IParameters.Key.BondBps) / BPS);
        return (round + 1) * atRisk + seats * parameters.get(IParameters.Key.SeatFee);
    }

    /// @inheritdoc IDisputeCourt
    function tenthOf(uint256 caseId) public view returns (uint256) {
        Case storage its = _cases[caseId];
        require(its.openedAt != 0, CaseUnknown(caseId));
        return Math.min((block.timestamp - its.openedAt) * TENTHS / its.length, TENTHS);
    }

    /// @dev What the votes of a round say: most seats win, a tie is no decision.
    function _verdictOf(uint256 caseId, uint256 round) internal view virtual returns (Verdict);

    function _live(uint256 caseId) internal view returns (Case storage its) {
        its = _cases[caseId];
        require(its.openedAt != 0, CaseUnknown(caseId));
        require(!its.ended, CaseHasEnded(caseId));
    }

    function _requirePhase(uint256 caseId, uint256 from, uint256 to) internal view {
        uint256 tenth = tenthOf(caseId);
        require(tenth >= from && tenth < to, WrongPhase(tenth, from, to));
    }

    /// @dev Shorter when the job's deadlines leave less time, so that every claim within the window is heard and ends in time.
    function _lengthFor(uint64 reclaimAt) private view returns (uint64) {
        uint256 left = reclaimAt - block.timestamp; // claimDeadline < reclaimAt was checked when the job was funded
        uint256 length = Math.min(parameters.get(IParameters.Key.CaseSeconds), left);
        uint256 least = parameters.get(IParameters.Key.MinCaseSeconds);
        require(length >= least, NoTimeLeft(length, least));
        return uint64(length); // at most CaseSeconds
    }

    /// @dev Rule of money 11: stakes count as they are now, the hash that decides is of a block that nobody knows yet.
    function _startPanel(uint256 caseId, uint8 round, uint256 size, uint256 bond) private {
        Panel storage panel = _panels[caseId][round];
        panel.payer = msg.sender;
        panel.snapshot = uint48(block.number);
        panel.seedBlock = SeedLib.nextBlock();
        panel.size = uint8(size); // at most 15
        panel.bond = _pull(msg.sender, bond).toUint128();
    }

    /// @dev Stake is reachable as long as the lease's own could not have left: unbonding lasts longer than that and a case.
    function _lockStake(uint256 caseId, Case storage made, uint64 endedAt) private {
        uint256 unbonding = parameters.get(IParameters.Key.UnbondingDelay);
        uint256 reach = uint256(endedAt) + unbonding - parameters.get(IParameters.Key.CaseSeconds);
        // A lease that never ended holds its stake to this day.
        made.slashable = endedAt == 0 || block.timestamp <= reach;
        (address staker,) = registry.lockOf(address(market), made.leaseId);
        made.staker = staker == address(0) ? made.payee : staker;
        if (!made.slashable) return;
        (uint256 free,) = registry.stakeOf(made.staker);
        registry.lock(made.staker, bytes32(caseId), Math.min(free, uint256(made.claimed) * made.slashBps / BPS));
    }
}
