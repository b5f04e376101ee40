// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @title What must hold of the escrow's money, whoever plays on the market
abstract contract MoneyChecks {
    MarketHandler internal world;

    function _moneyHolds() internal view {
        _noCheatGoesThrough();
        _conservation();
        _noDoubleCapture();
        _escrowSolvency();
    }

    /// @dev What a provider has had and is still to have when nobody captures any more.
    function _earned(uint256 who) internal view returns (uint256 earned) {
        earned = _taken(world.provider(who));
        for (uint256 i = 0; i < world.JOBS(); i++) earned += world.escrow().bookedOf(world.jobIds(i), world.provider(who));
    }

    /// Nothing that must not happen happened: no theft, no second billing, no capture without its signatures.
    function _noCheatGoesThrough() private view {
        string memory broken = world.broken();
        require(bytes(broken).length == 0, broken);
    }

    /// A unit that came in is reserved, booked, paid, a fee, refunded or free; a job never costs more than its cap.
    function _conservation() private view {
        for (uint256 i = 0; i < world.JOBS(); i++) {
            IJobEscrow.Job memory job = _job(i);
            uint256 used = uint256(job.reserved) + job.booked + job.paid + job.fees;
            require(used + job.refunded <= job.deposited, "a job promised more than came in");
            require(used <= world.caps(i), "a job cost more than its cap");
            require(!job.closed || (used + job.refunded == job.deposited && job.reserved == 0), "a closed job kept money");
        }
    }

    /// A payee has at most the larger of what was captured and what the buyer signed, and at least what was captured.
    function _noDoubleCapture() private view {
        for (uint256 i = 0; i < world.JOBS(); i++) {
            uint256 all;
            for (uint256 who = 0; who < world.PROVIDERS(); who++) {
                address payee = world.provider(who);
                (,, uint256 proven, uint256 spent,) = world.escrow().accountOf(world.jobIds(i), payee);
                uint256 captured = world.captured(i, payee);
                uint256 signed = world.vouchered(i, payee);
                require(proven == captured, "the escrow counts other usage than was captured");
                require(spent >= captured, "captured usage went unpaid");
                require(spent <= (signed > captured ? signed : captured), "a payee got more than was captured or signed");
                all += spent;
            }
            require(all <= _job(i).deposited, "claims exceed deposits");
        }
    }

    /// The escrow holds exactly what it owes, payees got what was paid, refunds went to `refundTo`.
    function _escrowSolvency() private view {
        uint256 owed;
        for (uint256 i = 0; i < 3 + world.JOBS(); i++) owed += _credit(world.moneyOwner(i));
        uint256 fees;
        uint256 paid;
        uint256 refunded;
        for (uint256 i = 0; i < world.JOBS(); i++) {
            IJobEscrow.Job memory job = _job(i);
            owed += uint256(job.deposited) - job.paid - job.refunded;
            (fees, paid, refunded) = (fees + job.fees, paid + job.paid, refunded + job.refunded);
        }
        uint256 feesOut = _taken(world.FEE_RECIPIENT());
        require(feesOut <= fees, "the fee recipient got more than was booked for it");
        require(world.token().balanceOf(address(world.escrow())) == owed - feesOut, "the escrow does not hold what it owes");
        uint256 received;
        for (uint256 who = 0; who < world.PROVIDERS(); who++) received += _taken(world.provider(who));
        require(received == paid, "payees got another sum than paid");
        uint256 back;
        for (uint256 i = 0; i < world.JOBS(); i++) back += _credit(world.refundTo(i)) + world.token().balanceOf(world.refundTo(i));
        require(back == refunded + world.returned(), "refunds went elsewhere");
    }

    function _job(uint256 index) internal view returns (IJobEscrow.Job memory) {
        return world.escrow().jobOf(world.jobIds(index));
    }

    function _credit(address account) private view returns (uint256) {
        return world.escrow().balanceOf(account, address(world.token()));
    }

    /// @dev What the escrow has given an account, withdrawn or not.
    function _taken(address account) private view returns (uint256) {
        return _credit(account) + world.withdrawn(account);
    }
}
