// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {SeedLib} from "../market/SeedLib.sol";
import {Cases} from "./Cases.sol";

/// @title Drawing of panels, and their hidden votes
abstract contract Panels is Cases {
    /// @param seats how often the arbiter was drawn: votes, fee and penalty count by seats
    struct Ballot {
        uint8 seats;
        Verdict verdict;
        bool revealed;
        bytes32 commitment;
    }

    /// @dev Accounts of a panel, each once.
    mapping(uint256 caseId => mapping(uint256 round => address[])) internal _arbiters;
    mapping(uint256 caseId => mapping(uint256 round => mapping(address arbiter => Ballot))) internal _ballots;
    mapping(uint256 caseId => mapping(uint256 round => mapping(Verdict => uint256))) internal _tally;

    /// @inheritdoc IDisputeCourt
    function fixSeed(uint256 caseId) external {
        Case storage its = _live(caseId);
        Panel storage panel = _panels[caseId][its.round];
        require(panel.seed == 0, SeedAlreadyFixed(caseId));
        panel.seed = keccak256(abi.encode(SeedLib.hashOf(panel.seedBlock), address(this), caseId, its.round));
        emit SeedFixed(caseId, its.round, panel.seed);
    }

    /// @inheritdoc IDisputeCourt
    function draw(uint256 caseId) external returns (address[] memory seats) {
        Case storage its = _live(caseId);
        uint8 round = its.round;
        Panel storage panel = _panels[caseId][round];
        require(panel.seed != 0, SeedNotFixed(caseId));
        require(!panel.drawn, AlreadyDrawn(caseId));
        panel.drawn = true;

        seats = pool.draw(panel.seed, panel.size, panel.snapshot, _interested(its));
        address[] storage arbiters = _arbiters[caseId][round];
        for (uint256 i = 0; i < seats.length; i++) {
            Ballot storage ballot = _ballots[caseId][round][seats[i]];
            if (ballot.seats++ == 0) arbiters.push(seats[i]);
        }
        emit PanelDrawn(caseId, round, seats);
    }

    /// @inheritdoc IDisputeCourt
    function commitVote(uint256 caseId, bytes32 commitment) external {
        uint8 round = _live(caseId).round;
        if (round == 0) _requirePhase(caseId, EVIDENCE_ENDS, VOTES_END);
        else _requirePhase(caseId, APPEAL_ENDS, APPEAL_VOTES_END);
        Ballot storage ballot = _ballots[caseId][round][msg.sender];
        require(ballot.seats != 0, NotOnPanel(msg.sender));
        ballot.commitment = commitment;
        emit VoteCommitted(caseId, round, msg.sender);
    }

    /// @inheritdoc IDisputeCourt
    function revealVote(uint256 caseId, Verdict verdict, bytes32 salt) external {
        uint8 round = _live(caseId).round;
        if (round == 0) _requirePhase(caseId, VOTES_END, REVEAL_ENDS);
        else _requirePhase(caseId, APPEAL_VOTES_END, APPEAL_REVEAL_ENDS);
        Ballot storage ballot = _ballots[caseId][round][msg.sender];
        require(ballot.commitment != 0 && !ballot.revealed, NoCommitment(msg.sender));
        require(verdict != Verdict.None, BadVerdict());
        // The arbiter's address in it: a commitment copied from another arbiter opens to nothing.
        bytes32 opened = keccak256(abi.encode(caseId, round, msg.sender, verdict, salt));
        require(opened == ballot.commitment, BadReveal(opened, ballot.commitment));
        (ballot.revealed, ballot.verdict) = (true, verdict);
        _tally[caseId][round][verdict] += ballot.seats;
        emit VoteRevealed(caseId, round, msg.sender, verdict, ballot.seats);
    }

    /// @inheritdoc IDisputeCourt
    function panelOf(uint256 caseId, uint8 round) external view returns (Panel memory, address[] memory) {
        return (_panels[caseId][round], _arbiters[caseId][round]);
    }

    /// @inheritdoc IDisputeCourt
    function tallyOf(uint256 caseId, uint8 round, Verdict verdict) external view returns (uint256) {
        return _tally[caseId][round][verdict];
    }

    function _verdictOf(uint256 caseId, uint256 round) internal view override returns (Verdict verdict) {
        uint256 most;
        for (uint256 i = uint256(Verdict.ForPayee); i <= uint256(Verdict.ForBuyer); i++) {
            uint256 seats = _tally[caseId][round][Verdict(i)];
            if (seats > most) (most, verdict) = (seats, Verdict(i));
            else if (seats == most) verdict = Verdict.None;
        }
    }

    /// @dev Everybody with money or a word in the job, by who stands behind them.
    function _interested(Case storage its) private view returns (address[] memory owners) {
        owners = new address[](7);
        owners[0] = registry.registeredOwnerOf(its.buyer);
        owners[1] = registry.registeredOwnerOf(its.payee);
        owners[2] = registry.registeredOwnerOf(its.refundTo);
        owners[3] = registry.registeredOwnerOf(its.staker);
        owners[4] = registry.registeredOwnerOf(its.scheduler);
        owners[5] = registry.registeredOwnerOf(its.notary);
        owners[6] = registry.registeredOwnerOf(its.feeRecipient);
    }
}
