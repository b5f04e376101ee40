// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {JobEscrow} from "../../src/escrow/JobEscrow.sol";
import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {Requirements, Terms} from "../../src/interfaces/ITerms.sol";
import {FixedParameters} from "../../src/mocks/FixedParameters.sol";
import {HostileDollar} from "../../src/mocks/HostileDollar.sol";
import {vm} from "./Vm.sol";

/// @title An escrow with an honest token and one that keeps fees, lies, blocks, pauses, shrinks and calls back, at random
/// @dev It is the escrow's market and court. Jobs 0 and 1 are in the hostile token, 2 in the honest one.
contract HostileHandler {
    uint256 public constant START = 1_700_000_000;
    uint128 public constant CAP = 1_000_000;
    uint256 public constant JOBS = 3;
    address public constant REFUND_TO = address(0x1001);
    address public constant FEE_RECIPIENT = address(0x1002);

    HostileDollar public immutable hostile = new HostileDollar();
    HostileDollar public immutable honest = new HostileDollar();
    IJobEscrow public immutable escrow;
    address private immutable _author = msg.sender;
    /// What rebases took from the escrow: no contract can hold what its token destroys.
    uint256 public lost;
    mapping(address token => uint256) public feesWithdrawn;
    string public broken;
    uint256 public done;

    modifier counted() {
        _;
        done++;
    }

    constructor() {
        vm.warp(START);
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(hostile), address(honest));
        escrow = new JobEscrow(address(this), address(this), new FixedParameters(tokens, 1000, 1 days));
        hostile.approve(address(escrow), type(uint256).max);
        honest.approve(address(escrow), type(uint256).max);
    }

    function tokenOf(uint256 job) public view returns (HostileDollar) {
        return job % JOBS == 2 ? honest : hostile;
    }

    function payee(uint256 which) public pure returns (address) {
        return address(uint160(0x2000 + which % 2));
    }

    function terms(uint256 job) public view returns (Terms memory) {
        uint64 leaseEnd = uint64(START + 30 days);
        return Terms({
            buyer: address(this),
            refundTo: REFUND_TO,
            salt: bytes32(job % JOBS),
            token: address(tokenOf(job)),
            cap: CAP,
            pricePerSecondCap: 1,
            workload: bytes32(0),
            requirements: Requirements(0, 0, 0, 0, 0, 0, 0, 0),
            scheduler: address(0),
            notary: address(0),
            maxLeases: 1,
            feeBps: 100,
            feeRecipient: FEE_RECIPIENT,
            leaseEnd: leaseEnd,
            captureDeadline: leaseEnd + 1 days,
            claimDeadline: leaseEnd + 2 days,
            reclaimAt: leaseEnd + 3 days
        });
    }

    function jobId(uint256 job) public view returns (bytes32) {
        return escrow.jobIdOf(terms(job));
    }

    // --- the token's moods ---

    function keepFee(uint256 fee) external counted {
        hostile.set(fee % 1000, hostile.blocked(), hostile.lying());
    }

    function block_(uint256 whom) external counted {
        hostile.set(hostile.transferFee(), whom % 3 == 0 ? REFUND_TO : whom % 3 == 1 ? payee(whom) : address(0), false);
    }

    function lie(bool lies) external counted {
        hostile.set(hostile.transferFee(), hostile.blocked(), lies);
    }

    function mood(uint256 seed) external counted {
        hostile.setMood(seed % 3 == 0, seed % 2 == 0);
    }

    function rebase(uint256 amount) external counted {
        uint256 there = hostile.balanceOf(address(escrow));
        // Rarely: most of what follows is about tokens that destroy nothing.
        if (there == 0 || amount % 8 != 0) return;
        hostile.rebase(address(escrow), amount % there);
        lost += amount % there;
    }

    /// From now on every transfer of the hostile token calls one of the escrow's open verbs.
    function reenter(uint256 seed) external counted {
        Terms memory of_ = terms(seed >> 8);
        bytes memory data;
        if (seed % 6 == 0) data = abi.encodeCall(escrow.withdraw, (payee(seed >> 8), of_.token));
        else if (seed % 6 == 1) data = abi.encodeCall(escrow.release, (of_, payee(seed >> 16)));
        else if (seed % 6 == 2) data = abi.encodeCall(escrow.sweep, (of_));
        else if (seed % 6 == 3) data = abi.encodeCall(escrow.reclaim, (of_));
        else if (seed % 6 == 4) data = abi.encodeCall(escrow.returnVault, (of_, of_.token));
        hostile.setCallback(data.length == 0 ? address(0) : address(escrow), data);
    }

    // --- money ---

    function pay(uint256 seed, uint256 amount) external counted {
        HostileDollar token = tokenOf(seed);
        amount = CAP + amount % CAP;
        if (escrow.jobOf(jobId(seed)).closed) return;
        if (seed % 2 == 0) {
            token.mint(escrow.vaultOf(jobId(seed)), amount);
            try escrow.sweep(terms(seed)) {} catch {}
        } else {
            token.mint(address(this), amount);
            try escrow.depositFrom(terms(seed), amount) {} catch {}
        }
    }

    function work(uint256 seed, uint256 amount) external counted {
        Terms memory of_ = terms(seed);
        IJobEscrow.Job memory job = escrow.jobOf(jobId(seed));
        if (job.deposited == 0 || job.closed) return;
        try escrow.reserve(of_, payee(seed >> 8), amount % CAP / 4) {
            uint256 part = amount % (amount % CAP / 4 + 1);
            IJobEscrow.Booked[] memory bookings = new IJobEscrow.Booked[](1);
            bytes32 accountId = keccak256(abi.encode(jobId(seed), payee(seed >> 8), address(this)));
            bookings[0] = IJobEscrow.Booked(accountId, part);
            escrow.book(bookings);
        } catch {}
        if (seed % 3 == 0) escrow.accept(of_);
    }

    function void(uint256 seed, uint256 amount) external counted {
        try escrow.void(terms(seed), amount % CAP) {} catch {}
    }

    /// Whatever its token does to `refundTo`, a job closes.
    function settle(uint256 seed) external counted {
        IJobEscrow.Job memory job = escrow.jobOf(jobId(seed));
        if (job.deposited == 0 || job.closed || seed % 5 != 0) return;
        try escrow.settle(terms(seed)) {} catch {
            broken = "a token blocked an exit";
        }
    }

    function release(uint256 seed) external counted {
        try escrow.release(terms(seed), payee(seed >> 8)) {} catch {}
    }

    function withdraw(uint256 seed) external counted {
        _withdraw(seed % 4, tokenOf(seed >> 8));
    }

    function returnVault(uint256 seed) external counted {
        try escrow.returnVault(terms(seed), address(tokenOf(seed >> 8))) {} catch {}
    }

    // --- the end ---

    function calmDown() external {
        if (msg.sender != _author) return;
        hostile.set(0, address(0), false);
        hostile.setMood(false, false);
        hostile.setCallback(address(0), "");
        vm.warp(START + 34 days);
        for (uint256 i = 0; i < JOBS; i++) {
            IJobEscrow.Job memory job = escrow.jobOf(jobId(i));
            if (job.deposited != 0 && !job.closed) escrow.reclaim(terms(i));
            for (uint256 who = 0; who < 2; who++) try escrow.release(terms(i), payee(who)) {} catch {}
        }
        for (uint256 i = 0; i < 4; i++) {
            _withdraw(i, hostile);
            _withdraw(i, honest);
        }
    }

    function account(uint256 which) public pure returns (address) {
        return which < 2 ? payee(which) : which == 2 ? REFUND_TO : FEE_RECIPIENT;
    }

    function _withdraw(uint256 which, HostileDollar token) private {
        try escrow.withdraw(account(which), address(token)) returns (uint256 amount) {
            if (which == 3) feesWithdrawn[address(token)] += amount;
        } catch {}
    }
}
