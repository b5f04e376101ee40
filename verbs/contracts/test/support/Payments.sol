// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {Terms} from "../../src/interfaces/ITerms.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// @title Every way of money into jobs and out of them, at random
abstract contract Payments is World {
    /// What the buyer signed as a job's cap.
    uint256[JOBS] public caps = [CAP, CAP, CAP, CAP];
    /// Sent to `refundTo` by `void`, and from vaults that were paid late.
    uint256 public returned;
    /// The highest voucher signed, per job and payee.
    mapping(uint256 job => mapping(address payee => uint256)) public vouchered;
    /// What accounts took out of their balances.
    mapping(address account => uint256) public withdrawn;
    /// How many calls did what they are named after or what stood in for it.
    uint256 public done;
    /// What must not happen and did, in words; empty while all is well.
    string public broken;

    modifier counted() {
        _;
        done++;
    }

    function fund(uint256 seed) external counted {
        _fund(seed);
    }

    function payLate(uint256 seed, uint256 amount) external counted {
        uint256 job = seed % JOBS;
        token.mint(escrow.vaultOf(jobIds[job]), amount % CAP + 1);
        if (_now() >= START + 2 days || _job(job).closed) returned += escrow.returnVault(terms(job), address(token));
        else if (_job(job).deposited != 0) escrow.sweep(terms(job));
    }

    function topUp(uint256 seed, uint256 amount, uint256 raise) external counted {
        _topUp(_fundedJob(seed), seed, amount, raise);
    }

    function _topUp(uint256 job, uint256 seed, uint256 amount, uint256 raise) internal {
        if (_now() >= START + 2 days) return _leave(seed);
        uint256 newCap = raise % 3 == 0 ? caps[job] + raise % CAP + 1 : 0;
        amount = amount % CAP + 1;
        _give(buyer(job), address(escrow), amount);
        vm.prank(buyer(job));
        escrow.topUp(terms(job), amount, newCap, "");
        if (newCap != 0) caps[job] = newCap;
    }

    function void(uint256 seed, uint256 amount) external counted {
        uint256 job = _fundedJob(seed);
        IJobEscrow.Job memory its = _job(job);
        uint256 free = uint256(its.deposited) - its.reserved - its.booked - its.paid - its.fees - its.refunded;
        if (its.closed || free == 0 || seed % 3 != 0) return _leave(seed);
        Terms memory of_ = terms(job);
        vm.prank(of_.buyer);
        returned += escrow.void(of_, amount % free + 1);
    }

    function accept(uint256 seed) external counted {
        uint256 job = _fundedJob(seed);
        if (_job(job).closed || _job(job).deposited == 0) return _leave(seed);
        bytes32 typehash = keccak256("Acceptance(bytes32 jobId,uint256 spent)");
        uint256 spent = _spentOf(job);
        bytes32 hash = keccak256(abi.encode(typehash, jobIds[job], spent));
        market.accept(terms(job), spent, _sign(buyerKey(job), "Gristmill Market", address(market), hash));
    }

    function redeem(uint256 seed, uint256 spent) external counted {
        IJobEscrow.Voucher[] memory vouchers = new IJobEscrow.Voucher[](3);
        vouchers[0] = _voucher(seed % JOBS, provider(seed >> 8), spent % (CAP / 2), buyerKey(seed % JOBS));
        vouchers[1] = _voucher((seed + 1) % JOBS, provider(seed >> 8), spent / 7 % (CAP / 2), buyerKey((seed + 1) % JOBS));
        vouchers[2] = vouchers[0];
        escrow.redeem(address(token), provider(seed >> 8), vouchers, false);
    }

    function release(uint256 seed) external counted {
        _leave(seed);
    }

    function withdraw(uint256 seed) external counted {
        for (uint256 i = 0; i < 3 + JOBS; i++) {
            address account = moneyOwner((seed % 7 + i) % 7);
            if (escrow.balanceOf(account, address(token)) == 0) continue;
            return _withdraw(account);
        }
        _fund(seed);
    }

    /// @dev Everybody to whom the escrow may owe money.
    function moneyOwner(uint256 which) public pure returns (address) {
        if (which < PROVIDERS) return provider(which);
        return which == PROVIDERS ? FEE_RECIPIENT : refundTo(which - PROVIDERS - 1);
    }

    // --- inside ---

    function _withdraw(address account) internal {
        withdrawn[account] += escrow.withdraw(account, address(token));
    }

    /// @dev Opens a job that has no money yet, in one of the three ways; when all have, adds to one.
    function _fund(uint256 seed) internal {
        for (uint256 i = 0; i < JOBS; i++) {
            uint256 job = (seed % JOBS + i) % JOBS;
            if (_job(job).deposited != 0 || _job(job).closed || _now() >= START + 2 days) continue;
            return _open(job, seed >> 8);
        }
        _leave(seed);
    }

    function _open(uint256 job, uint256 way) private {
        Terms memory of_ = terms(job);
        if (way % 3 == 0) {
            token.mint(escrow.vaultOf(jobIds[job]), CAP + way % CAP);
            escrow.sweep(of_);
        } else if (way % 3 == 1) {
            _give(STRANGER, address(escrow), CAP + way % CAP);
            vm.prank(STRANGER);
            escrow.depositFrom(of_, CAP + way % CAP);
        } else {
            token.mint(of_.buyer, CAP);
            bytes32 typehash = keccak256(
                "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            );
            bytes32 hash =
                keccak256(abi.encode(typehash, of_.buyer, address(escrow), CAP, 0, type(uint256).max, jobIds[job]));
            bytes memory signature = _sign(buyerKey(job), "Test Dollar", address(token), hash);
            escrow.depositWithAuthorization(of_, 0, type(uint256).max, signature);
        }
    }

    /// @dev What stands open to everybody and fits the moment: reclaim, or release of what waits, else time passes.
    function _leave(uint256 seed) internal {
        for (uint256 i = 0; i < JOBS * PROVIDERS; i++) {
            uint256 job = (seed % JOBS + i) % JOBS;
            address payee = provider(i / JOBS);
            if (_now() >= START + 2 days + 6 hours && !_job(job).closed && _job(job).deposited != 0) {
                escrow.reclaim(terms(job));
                return;
            }
            if (_release(job, payee)) return;
        }
        _pass(seed % 5 minutes);
    }

    /// @dev Whatever is released, what waits for the claim window stays.
    function _release(uint256 job, address payee) internal returns (bool released) {
        (uint256 waiting,) = escrow.heldOf(jobIds[job], payee);
        (,,,, bool held) = escrow.accountOf(jobIds[job], payee);
        try escrow.release(terms(job), payee) {
            released = true;
        } catch {}
        (uint256 after_,) = escrow.heldOf(jobIds[job], payee);
        bool stays = _now() <= START + 2 days + 4 hours || (held && _now() <= START + 2 days + 6 hours + 90 days);
        if (stays && after_ != waiting) broken = "a release in front of the claim window's end, or of what the court holds";
    }

    function _voucher(uint256 job, address payee, uint256 spent, uint256 key)
        internal
        returns (IJobEscrow.Voucher memory)
    {
        bytes32 typehash = keccak256("Voucher(bytes32 jobId,address payee,uint256 spent)");
        bytes32 hash = keccak256(abi.encode(typehash, jobIds[job], payee, spent));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain("Gristmill Escrow", address(escrow)), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        if (key == buyerKey(job) && spent > vouchered[job][payee]) vouchered[job][payee] = spent;
        return IJobEscrow.Voucher(jobIds[job], spent, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _job(uint256 job) internal view returns (IJobEscrow.Job memory) {
        return escrow.jobOf(jobIds[job % JOBS]);
    }

    function _committed(uint256 job) internal view returns (uint256 committed) {
        for (uint256 who = 0; who < PROVIDERS; who++) {
            (, uint256 reserved, uint256 proven, uint256 spent,) = escrow.accountOf(jobIds[job], provider(who));
            committed += spent > proven + reserved ? spent : proven + reserved;
        }
    }

    function _limitOf(uint256 job) internal view returns (uint256) {
        uint256 deposited = _job(job).deposited;
        return deposited < caps[job] ? deposited : caps[job];
    }

    /// @dev Seconds that the job can still pay at this price, fee included.
    function _affordable(uint256 job, uint256 price) internal view returns (uint256) {
        return price == 0 ? 1200 : (_limitOf(job) - _committed(job)) * 10_000 / (10_000 + FEE_BPS) / price;
    }

    function _spentOf(uint256 job) internal view returns (uint256) {
        IJobEscrow.Job memory its = _job(job);
        return uint256(its.booked) + its.paid + its.fees;
    }

    /// @dev A job with money in it that is open, if there is one; else the one asked for, after it was funded.
    function _fundedJob(uint256 seed) internal returns (uint256) {
        for (uint256 i = 0; i < JOBS; i++) {
            uint256 job = (seed % JOBS + i) % JOBS;
            if (_job(job).deposited != 0 && !_job(job).closed) return job;
        }
        _fund(seed);
        return seed % JOBS;
    }
}
