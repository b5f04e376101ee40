// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {JobEscrow} from "../src/escrow/JobEscrow.sol";
import {IJobEscrow} from "../src/interfaces/IJobEscrow.sol";
import {HostileDollar} from "../src/mocks/HostileDollar.sol";
import {EscrowHandler} from "./support/EscrowHandler.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever happens, the escrow owes what came in, has what it owes, and everybody can leave
contract JobEscrowInvariantsTest {
    EscrowHandler internal handler;
    JobEscrow internal escrow;
    HostileDollar internal token;

    function setUp() public {
        handler = new EscrowHandler();
        escrow = handler.escrow();
        token = handler.token();
    }

    /// @dev Read by the fuzzer: it calls the handler only.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// A unit that came in is reserved, booked, paid, a fee, refunded or free: never two of them, never lost.
    function invariant_conservation() public view {
        for (uint256 i = 0; i < handler.JOBS(); i++) {
            IJobEscrow.Job memory job = _job(i);
            uint256 used = uint256(job.reserved) + job.booked + job.paid + job.fees;
            require(used + job.refunded <= job.deposited, "a job promised more than came in");
            require(used <= handler.caps(i), "a job cost more than its cap");
            require(!job.closed || (used + job.refunded == job.deposited && job.reserved == 0), "a closed job kept money");
            uint256 booked;
            for (uint256 who = 0; who < handler.PAYEES(); who++) booked += escrow.bookedOf(handler.jobIds(i), handler.payee(who));
            require(booked == job.booked, "payees' bookings differ from the job's");
        }
    }

    /// A second of work is paid once, whether it was proven, countersigned or both; and nobody's reservation is another's pay.
    function invariant_noDoubleCapture() public view {
        for (uint256 i = 0; i < handler.JOBS(); i++) {
            uint256 committed;
            uint256 allSpent;
            for (uint256 who = 0; who < handler.PAYEES(); who++) {
                (, uint256 reserved, uint256 proven, uint256 spent,) = escrow.accountOf(handler.jobIds(i), handler.payee(who));
                require(proven == handler.proven(i, who), "the escrow counts other proofs than the market made");
                uint256 signed = handler.vouchered(i, who);
                require(spent <= (signed > proven ? signed : proven), "a payee got more than was proven or signed");
                require(spent >= proven, "proven usage went unpaid");
                committed += spent > proven + reserved ? spent : proven + reserved;
                allSpent += spent;
            }
            IJobEscrow.Job memory job = _job(i);
            require(allSpent <= job.deposited, "claims exceed deposits");
            require(job.closed || committed <= job.deposited, "reservations exceed deposits");
            require(job.closed || committed <= handler.caps(i), "reservations exceed the cap");
            require(job.closed || committed - allSpent == job.reserved, "payees' reservations differ from the job's");
        }
    }

    /// The escrow holds exactly what it owes: no debt it cannot pay, no money it keeps.
    function invariant_solvency() public view {
        uint256 owed = _credit(handler.FEE_RECIPIENT()) + _credit(handler.REFUND_TO());
        uint256 received;
        for (uint256 who = 0; who < handler.PAYEES(); who++) {
            owed += _credit(handler.payee(who));
            received += _received(handler.payee(who));
        }
        uint256 fees;
        uint256 paid;
        uint256 refunded;
        for (uint256 i = 0; i < handler.JOBS(); i++) {
            IJobEscrow.Job memory job = _job(i);
            owed += uint256(job.deposited) - job.paid - job.refunded;
            fees += job.fees;
            paid += job.paid;
            refunded += job.refunded;
        }
        uint256 feesCredited = _received(handler.FEE_RECIPIENT());
        require(feesCredited <= fees, "the fee recipient got more than was booked for it");
        owed -= feesCredited;
        require(token.balanceOf(address(escrow)) == owed, "the escrow does not hold what it owes");
        require(received == paid, "payees got another sum than paid");
        require(_received(handler.REFUND_TO()) == refunded + handler.returned(), "refunds went elsewhere");
    }

    /// After any history everybody gets out with nobody's help, and the escrow is empty to the last unit.
    function testFuzz_everybodyCanLeave(uint256[32] calldata moves, uint256[32] calldata amounts) public {
        for (uint256 i = 0; i < 3; i++) handler.fund(i, amounts[i]);
        for (uint256 i = 0; i < 32; i++) _move(moves[i], amounts[i]);
        invariant_conservation();
        invariant_noDoubleCapture();
        invariant_solvency();

        // Market, court, buyer and scheduler are gone; a claim was left open.
        handler.blockRefunds(false);
        vm.warp(uint256(handler.terms(0).reclaimAt) + 91 days);
        for (uint256 i = 0; i < 3; i++) {
            if (!_job(i).closed) handler.reclaim(i);
            for (uint256 who = 0; who < handler.PAYEES(); who++) try handler.release(i, who) {} catch {}
        }
        for (uint256 i = 0; i < 5; i++) try handler.withdraw(i) {} catch {}
        invariant_solvency();
        require(token.balanceOf(address(escrow)) == 0, "money was left behind");
        require(handler.done() >= 6, "nothing was tested");
    }

    function _move(uint256 move, uint256 amount) private {
        uint256 kind = move % 15;
        uint256 seed = move / 15;
        if (kind < 3) try handler.reserve(seed, amount >> 128, amount) {} catch {}
        else if (kind < 5) try handler.book(seed, amount, amount / 2, amount / 3) {} catch {}
        else if (kind == 5) try handler.accept(seed) {} catch {}
        else if (kind == 6) try handler.release(seed, amount) {} catch {}
        else if (kind == 7) try handler.unreserve(seed, amount, amount) {} catch {}
        else if (kind == 8) try handler.void(seed, amount) {} catch {}
        else if (kind == 9) try handler.topUp(seed, amount, amount >> 64) {} catch {}
        else if (kind == 10) try handler.hold(seed, amount) {} catch {}
        else if (kind == 11) try handler.ruleOn(seed, amount, amount >> 64) {} catch {}
        else if (kind == 12) try handler.redeem(seed, amount, amount >> 64) {} catch {}
        else if (kind == 13) try handler.redeemWith(seed, amount, amount >> 64) {} catch {}
        else handler.blockRefunds(amount % 2 == 0);
    }

    function _job(uint256 index) private view returns (IJobEscrow.Job memory) {
        return escrow.jobOf(handler.jobIds(index));
    }

    function _credit(address account) private view returns (uint256) {
        return escrow.balanceOf(account, address(token));
    }

    function _received(address account) private view returns (uint256) {
        return _credit(account) + token.balanceOf(account);
    }
}
