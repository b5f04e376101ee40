// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {JobEscrow} from "../../src/escrow/JobEscrow.sol";
import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {Requirements, Terms} from "../../src/interfaces/ITerms.sol";
import {FixedParameters} from "../../src/mocks/FixedParameters.sol";
import {HostileDollar} from "../../src/mocks/HostileDollar.sol";
import {vm} from "./Vm.sol";

/// @title Plays market, court, buyer, payers and everybody else against one escrow, at random
/// @dev It is the escrow's market and court. Three jobs, three payees, one token that can block the refund address.
contract EscrowHandler {
    uint64 public constant START = 1_000_000;
    uint64 private constant DAY = 1 days;
    uint128 public constant CAP = 1_000_000;
    uint256 public constant JOBS = 3;
    uint256 public constant PAYEES = 3;
    uint256 private constant BUYER_KEY = 0xB0B;

    address public constant REFUND_TO = address(0x1001);
    address public constant FEE_RECIPIENT = address(0x1002);

    HostileDollar public immutable token = new HostileDollar();
    JobEscrow public immutable escrow;
    address public immutable buyer = vm.addr(BUYER_KEY);
    bytes32[3] public jobIds;
    /// What the buyer signed as a job's cap.
    uint256[3] public caps = [CAP, CAP, CAP];
    /// Late money that went from vaults to REFUND_TO without being part of any job, and what `void` returned.
    uint256 public returned;
    /// What the market booked and the highest voucher signed, per job and payee: the two proofs of one debt.
    mapping(uint256 job => mapping(uint256 payee => uint256)) public proven;
    mapping(uint256 job => mapping(uint256 payee => uint256)) public vouchered;
    /// How many calls changed something, so that a test can tell that it tested anything.
    uint256 public done;
    uint256 public redeemed;

    constructor() {
        vm.warp(START);
        address[] memory tokens = new address[](1);
        tokens[0] = address(token);
        escrow = new JobEscrow(address(this), address(this), new FixedParameters(tokens, 1000, DAY));
        token.approve(address(escrow), type(uint256).max);
        vm.prank(buyer);
        token.approve(address(escrow), type(uint256).max);
        for (uint256 i = 0; i < JOBS; i++) jobIds[i] = escrow.jobIdOf(terms(i));
    }

    function terms(uint256 job) public view returns (Terms memory) {
        uint64 leaseEnd = START + 10 * DAY;
        return Terms({
            buyer: buyer,
            refundTo: REFUND_TO,
            salt: bytes32(job),
            token: address(token),
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
            captureDeadline: leaseEnd + DAY,
            claimDeadline: leaseEnd + 2 * DAY,
            reclaimAt: leaseEnd + 3 * DAY
        });
    }

    function payee(uint256 seed) public pure returns (address) {
        return address(uint160(0x2000 + seed % PAYEES));
    }

    // --- money in, and back ---

    function pay(uint256 seed, uint256 amount) external {
        token.mint(escrow.vaultOf(jobIds[seed % JOBS]), amount % (2 * CAP));
        done++;
    }

    function fund(uint256 seed, uint256 surplus) external {
        token.mint(escrow.vaultOf(jobIds[seed % JOBS]), CAP + surplus % CAP);
        escrow.sweep(terms(seed % JOBS));
        done++;
    }

    function depositFrom(uint256 seed, uint256 surplus) external {
        token.mint(address(this), CAP + surplus % CAP);
        escrow.depositFrom(terms(seed % JOBS), CAP + surplus % CAP);
        done++;
    }

    function topUp(uint256 seed, uint256 amount, uint256 raise) external {
        uint256 job = seed % JOBS;
        amount = amount % CAP;
        uint256 newCap = raise % 3 == 0 ? caps[job] + raise % CAP + 1 : 0;
        token.mint(buyer, amount);
        vm.prank(buyer);
        escrow.topUp(terms(job), amount, newCap, "");
        if (newCap != 0) caps[job] = newCap;
        done++;
    }

    function sweep(uint256 seed) external {
        if (token.balanceOf(escrow.vaultOf(jobIds[seed % JOBS])) == 0) return _reserve(seed, seed >> 8, seed >> 16);
        escrow.sweep(terms(seed % JOBS));
        done++;
    }

    function returnVault(uint256 seed) external {
        // `refundTo` may, at any time.
        token.mint(escrow.vaultOf(jobIds[seed % JOBS]), 1);
        Terms memory of_ = terms(seed % JOBS);
        vm.prank(REFUND_TO);
        returned += escrow.returnVault(of_, address(token));
        done++;
    }

    function void(uint256 seed, uint256 amount) external {
        Terms memory of_ = terms(seed % JOBS);
        IJobEscrow.Job memory job = escrow.jobOf(jobIds[seed % JOBS]);
        uint256 free = uint256(job.deposited) - job.reserved - job.booked - job.paid - job.fees - job.refunded;
        // Now and then more than is free: that must revert.
        bool greedy = amount % 4 == 0;
        if (job.closed || (free == 0 && !greedy)) return _reserve(seed, amount, amount);
        vm.prank(buyer);
        returned += escrow.void(of_, greedy ? free + 1 + amount % 1000 : amount % free + 1);
        done++;
    }

    // --- the market ---

    function reserve(uint256 seed, uint256 who, uint256 amount) external {
        _reserve(seed, who, amount);
    }

    /// @dev Mostly as much as there is, now and then more: that must revert.
    function _reserve(uint256 seed, uint256 who, uint256 amount) private {
        uint256 job = _open(seed);
        IJobEscrow.Job memory its = escrow.jobOf(jobIds[job]);
        uint256 free = uint256(its.deposited) - its.reserved - its.booked - its.paid - its.fees - its.refunded;
        escrow.reserve(terms(job), payee(who), amount % 16 == 0 ? amount % CAP : amount % (free / 2 + 1));
        done++;
    }

    /// @dev A job with money in it that is open, if there is one.
    function _open(uint256 seed) private returns (uint256) {
        for (uint256 i = 0; i < JOBS; i++) {
            uint256 job = (seed % JOBS + i) % JOBS;
            IJobEscrow.Job memory its = escrow.jobOf(jobIds[job]);
            if (its.deposited != 0 && !its.closed) return job;
            if (its.deposited != 0 || block.timestamp >= START + 10 days) continue;
            token.mint(address(this), CAP);
            escrow.depositFrom(terms(job), CAP);
            return job;
        }
        return seed % JOBS;
    }

    function unreserve(uint256 seed, uint256 who, uint256 amount) external {
        uint256 job = _open(seed);
        (, uint256 reserved,,,) = escrow.accountOf(jobIds[job], payee(who));
        escrow.unreserve(jobIds[job], payee(who), amount % (reserved + 1));
        done++;
    }

    function book(uint256 seed, uint256 who, uint256 amount, uint256 fee) external {
        uint256 job = _open(seed);
        (, uint256 reserved,,,) = escrow.accountOf(jobIds[job], payee(who));
        amount = amount % (reserved + 1);
        // The same account twice in one call, as two receipts of one lease are.
        uint256 more = fee % (reserved - amount + 1);
        bytes32 accountId = keccak256(abi.encode(jobIds[job], payee(who), buyer));
        IJobEscrow.Booked[] memory bookings = new IJobEscrow.Booked[](2);
        (bookings[0], bookings[1]) = (IJobEscrow.Booked(accountId, amount), IJobEscrow.Booked(accountId, more));
        escrow.book(bookings);
        proven[job][who % PAYEES] += amount + more;
        done++;
    }

    function accept(uint256 seed) external {
        escrow.accept(terms(_open(seed)));
        done++;
    }

    function settle(uint256 seed) external {
        // Rarely: a closed job ends the story of that job.
        if (seed % 7 == 0) escrow.settle(terms(seed % JOBS));
        done++;
    }

    // --- the court ---

    function hold(uint256 seed, uint256 who) external {
        if (!_hasAccount(seed % JOBS, who)) return _reserve(seed, who, seed);
        escrow.hold(terms(seed % JOBS), payee(who));
        done++;
    }

    function ruleOn(uint256 seed, uint256 who, uint256 split) external {
        (,,,, bool isHeld) = escrow.accountOf(jobIds[seed % JOBS], payee(who));
        if (!isHeld) {
            if (!_hasAccount(seed % JOBS, who)) return _reserve(seed, who, split);
            escrow.hold(terms(seed % JOBS), payee(who));
        }
        (uint256 held,) = escrow.heldOf(jobIds[seed % JOBS], payee(who));
        uint256 toPayee = split % (held + 1);
        escrow.ruleOn(terms(seed % JOBS), payee(who), toPayee, held - toPayee);
        done++;
    }

    // --- anybody ---

    /// Two vouchers of two jobs in one run, the first one a second time.
    function redeem(uint256 seed, uint256 who, uint256 spent) external {
        IJobEscrow.Voucher[] memory vouchers = new IJobEscrow.Voucher[](3);
        vouchers[0] = voucher(seed % JOBS, who, spent % (2 * CAP));
        vouchers[1] = voucher((seed + 1) % JOBS, who, spent / 7 % (2 * CAP));
        vouchers[2] = vouchers[0];
        redeemed += escrow.redeem(address(token), payee(who), vouchers, false);
        done++;
    }

    function redeemWith(uint256 seed, uint256 who, uint256 spent) external {
        IJobEscrow.Voucher memory made = voucher(seed % JOBS, who, spent % (2 * CAP));
        bytes32 s = bytes32(uint256(made.vs) & (type(uint256).max >> 1));
        bytes memory signature = abi.encodePacked(made.r, s, uint8(27 + (uint256(made.vs) >> 255)));
        redeemed += escrow.redeemWith(terms(seed % JOBS), payee(who), made.spent, signature);
        done++;
    }

    /// Of whom something waits; what may not leave yet reverts.
    function release(uint256 seed, uint256 who) external {
        for (uint256 i = 0; i < JOBS * PAYEES; i++) {
            (uint256 job, address to) = ((seed % JOBS + i) % JOBS, payee(who % PAYEES + i / JOBS));
            uint256 booked = escrow.bookedOf(jobIds[job], to);
            (uint256 waiting,) = escrow.heldOf(jobIds[job], to);
            // A closed job also pays the fee on vouchers.
            bool last = i == 0 && block.timestamp > START + 13 days && escrow.jobOf(jobIds[job]).closed;
            bool may = last || booked > waiting || (booked != 0 && block.timestamp > START + 12 days);
            if (!may && (booked == 0 || seed % 8 != 0)) continue;
            escrow.release(terms(job), to);
            done++;
            return;
        }
        _reserve(seed, who, seed);
    }

    function reclaim(uint256 seed) external {
        IJobEscrow.Job memory job = escrow.jobOf(jobIds[seed % JOBS]);
        if (job.deposited == 0 || job.closed || (block.timestamp < START + 13 days && seed % 8 != 0)) return _reserve(seed, seed >> 8, seed >> 16);
        escrow.reclaim(terms(seed % JOBS));
        done++;
    }

    function withdraw(uint256 seed) external {
        for (uint256 i = 0; i < 5; i++) {
            uint256 which = (seed % 5 + i) % 5;
            address account = which < 3 ? payee(which) : which == 3 ? FEE_RECIPIENT : REFUND_TO;
            if (account == token.blocked() || escrow.balanceOf(account, address(token)) == 0) continue;
            escrow.withdraw(account, address(token));
            done++;
            return;
        }
        _reserve(seed, seed >> 8, seed >> 16);
    }

    function blockRefunds(bool blocked) external {
        token.set(0, blocked ? REFUND_TO : address(0), false);
    }

    function _hasAccount(uint256 job, uint256 who) private view returns (bool) {
        (uint256 limit, uint256 reserved, uint256 proven, uint256 spent,) = escrow.accountOf(jobIds[job], payee(who));
        return limit + reserved + proven + spent != 0;
    }

    function passTime(uint256 hoursLater) external {
        // Rarely a leap: what can be done after the deadlines is little.
        vm.warp(block.timestamp + (hoursLater % 32 == 0 ? 14 days : (hoursLater % 3) * 1 hours));
    }

    function voucher(uint256 job, uint256 who, uint256 spent) private returns (IJobEscrow.Voucher memory) {
        bytes32 typehash = keccak256("Voucher(bytes32 jobId,address payee,uint256 spent)");
        bytes32 hash = keccak256(abi.encode(typehash, jobIds[job], payee(who), spent));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BUYER_KEY, keccak256(abi.encodePacked(hex"1901", _domain(), hash)));
        if (spent > vouchered[job][who % PAYEES]) vouchered[job][who % PAYEES] = spent;
        return IJobEscrow.Voucher(jobIds[job], spent, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _domain() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Gristmill Escrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
    }
}
