// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IArbiterPool} from "../interfaces/IArbiterPool.sol";
import {ICourtEscrow} from "../interfaces/ICourtEscrow.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IReputation} from "../interfaces/IReputation.sol";
import {Terms} from "../interfaces/ITerms.sol";
import {Cases} from "./Cases.sol";
import {Panels} from "./Panels.sol";

/// @title Bonded claims, drawn panels, hidden votes, one appeal, a hard end
/// @dev Every case ends by the clock and one call of anybody's, whoever is silent. No admin.
contract DisputeCourt is Panels {
    constructor(
        IArbiterPool pool_,
        IParameters parameters_,
        IMarketplace market_,
        ICourtEscrow escrow_,
        IProviderRegistry registry_,
        IReputation reputation_
    ) Cases(pool_, parameters_, market_, escrow_, registry_, reputation_) {}

    /// @inheritdoc IDisputeCourt
    function end(uint256 caseId, Terms calldata terms) external nonReentrant {
        Case storage its = _live(caseId);
        bytes32 jobId = escrow.jobIdOf(terms);
        require(jobId == its.jobId, WrongJob(jobId, its.jobId));
        uint256 from = its.round == 0 ? APPEAL_ENDS : APPEAL_REVEAL_ENDS;
        _requirePhase(caseId, from, TENTHS + 1);

        Verdict first = _verdictOf(caseId, 0);
        // An appeal that decides nothing leaves the first ruling as it was.
        Verdict appealed = its.round == 0 ? Verdict.None : _verdictOf(caseId, 1);
        Verdict verdict = appealed == Verdict.None ? first : appealed;
        its.verdict = verdict;
        its.ended = true;
        delete openCaseOf[jobId][its.payee];

        uint256 toBuyer = verdict == Verdict.ForBuyer ? its.claimed : verdict == Verdict.Split ? its.claimed / 2 : 0;
        uint256 paid = _payPanel(caseId, its, 0, verdict);
        _returnBond(its, _panels[caseId][0], _againstOpener(its, verdict), paid);
        if (its.round == 1) {
            uint256 paidInAppeal = _payPanel(caseId, its, 1, verdict);
            // Who appealed and changed nothing, though the appeal was heard, pays for it.
            _returnBond(its, _panels[caseId][1], appealed != Verdict.None && appealed == first, paidInAppeal);
            paid += paidInAppeal;
        }
        uint256 slashed = _slashProvider(caseId, its, verdict, paid);
        emit CaseEnded(caseId, verdict, its.held - toBuyer, toBuyer, slashed);
        escrow.ruleOn(terms, its.payee, its.held - toBuyer, toBuyer);
    }

    function _againstOpener(Case storage its, Verdict verdict) private view returns (bool) {
        return verdict == (its.byPayee ? Verdict.ForBuyer : Verdict.ForPayee);
    }

    /// @dev Coherent seats earn their fee and share the penalties of the others, who are at most the panel: a capped loop.
    /// Without a verdict everybody who voted is coherent.
    function _payPanel(uint256 caseId, Case storage its, uint256 round, Verdict verdict) private returns (uint256 paid) {
        address[] storage arbiters = _arbiters[caseId][round];
        uint256 count = arbiters.length;
        uint256 coherent;
        uint256 collected;
        for (uint256 i = 0; i < count; i++) {
            Ballot storage ballot = _ballots[caseId][round][arbiters[i]];
            if (_isCoherent(ballot, verdict)) coherent += ballot.seats;
            else collected += pool.penalise(arbiters[i], uint256(its.seatPenalty) * ballot.seats);
        }
        address payer = _panels[caseId][round].payer;
        if (coherent == 0) {
            pool.award(payer, collected);
            return 0;
        }
        // Never more than the bond holds, also of a token that kept something back.
        uint256 fee = Math.min(its.seatFee, _panels[caseId][round].bond / _panels[caseId][round].size);
        uint256 bonus = collected / coherent;
        for (uint256 i = 0; i < count; i++) {
            Ballot storage ballot = _ballots[caseId][round][arbiters[i]];
            if (!_isCoherent(ballot, verdict)) continue;
            _moveToCredit(arbiters[i], fee * ballot.seats);
            pool.award(arbiters[i], bonus * ballot.seats);
            emit ArbiterPaid(caseId, arbiters[i], (fee + bonus) * ballot.seats);
        }
        pool.award(payer, collected - bonus * coherent);
        return fee * coherent;
    }

    function _isCoherent(Ballot storage ballot, Verdict verdict) private view returns (bool) {
        return ballot.revealed && (verdict == Verdict.None || ballot.verdict == verdict);
    }

    /// @dev What is left of a bond after the panel's fees: back to who paid it, or to the other side when it lost.
    function _returnBond(Case storage its, Panel storage panel, bool lost, uint256 paid) private {
        address to = panel.payer;
        if (lost) to = panel.payer == its.buyer ? its.payee : its.refundTo;
        _moveToCredit(to, panel.bond - paid);
    }

    /// @dev A lost claim costs stake: its share of the claimed amount and what the panels cost, to the buyer.
    function _slashProvider(uint256 caseId, Case storage its, Verdict verdict, uint256 paid) private returns (uint256) {
        if (its.slashable) registry.unlock(bytes32(caseId));
        if (verdict != Verdict.ForBuyer) return 0;
        reputation.recordFault(its.payee, uint8(IReputation.Fault.RulingLost));
        if (!its.slashable) return 0;
        uint256 amount = uint256(its.claimed) * its.slashBps / BPS + paid;
        // A lease that nobody closed still has its own stake; else it is free or unbonding by now.
        uint256 taken = registry.slashLease(its.leaseId, amount, its.refundTo);
        return taken + registry.slash(its.staker, amount - taken, its.refundTo);
    }
}
