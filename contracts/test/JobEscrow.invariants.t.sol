// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {JobEscrow} from "../src/escrow/JobEscrow.sol";
import {IJobEscrow} from "../src/interfaces/IJobEscrow.sol";
import {HostileDollar} from "../src/mocks/HostileDollar.sol";
import {EscrowHandler} from "./support/EscrowHandler.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever happens, the escrow owes what came in, has what it owes, and everybody can leave
contract JobEscrowInvariantsTest {
    EscrowHandler private handler;
    JobEscrow private escrow;
    HostileDollar private token;

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
        for (uint256 i = 0; i < 3; i++) {
            IJobEscrow.Job memory job = _job(i);
            uint256 used = uint256(job.reserved) + job.booked + job.paid + job.fees;
            require(used + job.refunded <= job.deposited, "a job promised more than came in");
            require(used <= handler.CAP(), "a job cost more than its cap");
            require(!job.closed || (used + job.refunded == job.deposited && job.reserved == 0), "a closed job kept money");
            uint256 booked = escrow.bookedOf(handler.jobIds(i), handler.payee(0))
                + escrow.bookedOf(handler.jobIds(i), handler.payee(1));
            require(booked == job.booked, "payees' bookings differ from the job's");
        }
    }

    /// The escrow holds exactly what it owes: no debt it cannot pay, no money it keeps.
    function invariant_solvency() public view {
        uint256 owed = _credit(handler.payee(0)) + _credit(handler.payee(1)) + _credit(handler.FEE_RECIPIENT())
            + _credit(handler.REFUND_TO());
        uint256 fees;
        uint256 paid;
        uint256 refunded;
        for (uint256 i = 0; i < 3; i++) {
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
        require(_received(handler.payee(0)) + _received(handler.payee(1)) == paid, "payees got another sum than paid");
        require(_received(handler.REFUND_TO()) == refunded + handler.returned(), "refunds went elsewhere");
    }

    /// After any history everybody gets out with nobody's help, and the escrow is empty to the last unit.
    function testFuzz_everybodyCanLeave(uint256[24] calldata moves, uint256[24] calldata amounts) public {
        for (uint256 i = 0; i < 3; i++) handler.fund(i, amounts[i]);
        for (uint256 i = 0; i < 24; i++) _move(moves[i], amounts[i]);
        invariant_conservation();
        invariant_solvency();

        handler.blockRefunds(false);
        vm.warp(handler.terms(0).reclaimAt);
        for (uint256 i = 0; i < 3; i++) {
            if (!_job(i).closed) handler.reclaim(i);
            for (uint256 who = 0; who < 2; who++) try handler.release(i, who) {} catch {}
        }
        for (uint256 i = 0; i < 4; i++) try handler.withdraw(i) {} catch {}
        invariant_solvency();
        require(token.balanceOf(address(escrow)) == 0, "money was left behind");
        require(handler.done() >= 6, "nothing was tested");
    }

    function _move(uint256 move, uint256 amount) private {
        uint256 kind = move % 9;
        uint256 seed = move / 9;
        if (kind < 3) try handler.reserve(seed, amount) {} catch {}
        else if (kind < 5) try handler.book(seed, amount, amount / 2, amount / 3) {} catch {}
        else if (kind == 5) try handler.accept(seed) {} catch {}
        else if (kind == 6) try handler.release(seed, amount) {} catch {}
        else if (kind == 7) try handler.unreserve(seed, amount) {} catch {}
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
