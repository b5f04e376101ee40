// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {IMarketTypes} from "../../src/interfaces/IMarketTypes.sol";
import {Terms} from "../../src/interfaces/ITerms.sol";
import {IUsage} from "../../src/interfaces/IUsage.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {vm} from "./Vm.sol";

/// @title People who try what they must not, in whatever state the market is
/// @dev An attempt that goes through leaves its name in `broken`.
abstract contract MarketCheats is MarketHandler {
    uint256 private constant THIEF_KEY = 0x7EEF;
    /// @dev A seed that makes an ordinary receipt: notarised, without a gap, not the last.
    uint256 private constant ORDINARY = 13;

    /// Every forbidden receipt, alone and in a batch.
    function cheatCapture(uint256 seed, uint256 span) external counted {
        bytes32 leaseId = _pickBillable(seed);
        if (leaseId == 0) return start(seed);
        for (uint256 kind = 0; kind < 7; kind++) _cheatCapture(leaseId, kind, span);
    }

    function _cheatCapture(bytes32 leaseId, uint256 kind, uint256 span) private {
        (Capture memory made,) = _captureOf(leaseId, ORDINARY, span);
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        IMarketTypes.Receipt memory receipt = made.receipt;
        uint256 key = nodeKeyOf(lease.node);
        string memory what;
        if (kind == 0) {
            receipt.to = uint32(_billableUntil(lease) - lease.startedAt) + 1 + uint32(span % 100);
            what = "captured seconds that have not passed";
        } else if (kind == 1) {
            if (lease.sequence == 0) return;
            (receipt.sequence, receipt.from, receipt.to) = (lease.sequence - 1, lease.billedTo, lease.billedTo);
            what = "captured with a sequence that was used";
        } else if (kind == 2) {
            if (lease.billedTo == 0) return;
            (receipt.from, receipt.to) = (lease.billedTo - 1, lease.billedTo);
            what = "captured a second twice";
        } else if (kind == 3) {
            key = THIEF_KEY;
            what = "captured without the node's signature";
        } else if (kind == 4) {
            what = "captured without the notary's signature";
        } else if (kind == 5) {
            uint256 limit = _billableUntil(lease) - lease.startedAt;
            if (limit <= lease.billedTo + 300) return;
            (receipt.from, receipt.to) = (lease.billedTo, lease.billedTo + 301);
            what = "captured more than the grace without the notary";
        } else {
            made.proof.c[0] = 0;
            what = "captured without a proof";
        }
        (made.nodeSignature, made.notarySignature) = _signReceipt(receipt, key);
        if (kind == 4) (made.notarySignature,) = _signReceipt(receipt, THIEF_KEY);
        if (kind == 5) made.notarySignature = "";
        IUsage.Run[] memory runs = new IUsage.Run[](1);
        runs[0] = _runOf(made);
        try market.capture(made.terms, receipt, made.nodeSignature, made.notarySignature, made.proof) {
            broken = what;
            return;
        } catch {}
        try IUsage(address(market)).captureBatch(runs) {
            broken = what;
        } catch {}
    }

    function cheatAssign(uint256 seed) external counted {
        for (uint256 kind = 0; kind < 7; kind++) _cheatAssign(kind, seed);
    }

    function _cheatAssign(uint256 kind, uint256 seed) private {
        uint256 job = _fundedJob(seed);
        uint256 assetId = seed % ASSETS + 1;
        IMarketTypes.Listing memory listing = market.listingOf(assetId);
        Terms memory of_ = terms(job);
        address by = SCHEDULER;
        uint32 time = 60;
        string memory what;
        if (kind == 0) {
            if (_isFree(assetId)) return;
            what = "assigned an asset that is leased, or whose hardware is";
        } else if (kind == 1) {
            listing.version--;
            what = "assigned at a price that the assignment did not name";
        } else if (kind == 2) {
            by = STRANGER;
            what = "assigned by a stranger";
        } else if (kind == 3) {
            // What a voucher paid ahead of proof and reservation is covered twice: a reservation may fill that gap for nothing.
            if (_isAhead(job)) return;
            uint256 free = _limitOf(job) - _committed(job);
            if (listing.pricePerSecond == 0 || free / listing.pricePerSecond >= 1200) return;
            time = uint32(free / listing.pricePerSecond) + 1;
            what = "reserved more than the job has";
        } else if (kind == 4) {
            time = 1201;
            what = "assigned for longer than the listing allows";
        } else if (kind == 5) {
            if (_now() + 10 minutes + 60 <= START + 2 days) return;
            what = "assigned past the end of the job's leases";
        } else {
            of_.pricePerSecondCap = type(uint128).max;
            what = "assigned with terms that are not the job's";
        }
        vm.prank(by);
        try market.assign(of_, assetId, listing.version, time) {
            broken = what;
        } catch {}
    }

    function cheatLease(uint256 seed) external counted {
        for (uint256 kind = 0; kind < 8; kind++) _cheatLease(kind, seed);
    }

    function _cheatLease(uint256 kind, uint256 seed) private {
        bytes32 leaseId = _pick(seed, false);
        if (leaseId == 0) return;
        IMarketTypes.LeaseView memory lease = market.leaseOf(leaseId);
        Terms memory of_ = terms(jobOf[leaseId]);
        address owner = IERC721(address(asset)).ownerOf(lease.assetId);
        bool live = market.liveLeaseOf(lease.assetId) == leaseId;
        bool runs = live && _now() < lease.endsAt;
        bool ok;
        if (kind == 0 && live) {
            ok = _try(owner, address(asset), abi.encodeCall(asset.setUser, (lease.assetId, owner, uint64(START + 30 days))));
            if (ok) broken = "the owner took the place of the lessee";
        } else if (kind == 1 && runs) {
            ok = _try(owner, address(asset), abi.encodeCall(asset.setReader, (lease.assetId, of_.buyer, false)));
            if (ok) broken = "the owner took the lessee's access away";
        } else if (kind == 2 && runs) {
            ok = _try(owner, address(asset), abi.encodeCall(asset.renew, (lease.assetId, keccak256("other"), uint64(START + 61 days))));
            if (ok) broken = "the owner changed a leased asset's manifest";
        } else if (kind == 3 && live) {
            ok = _try(owner, address(asset), abi.encodeCall(asset.vacate, (lease.assetId)));
            if (ok) broken = "the owner threw the lessee out";
        } else if (kind == 4 && live) {
            ok = _try(STRANGER, address(market), abi.encodeCall(market.end, (of_, leaseId, IMarketTypes.EndReason.StoppedByBuyer)));
            if (ok) broken = "a stranger ended a lease";
        } else if (kind == 5 && _now() <= of_.claimDeadline && !_job(jobOf[leaseId]).closed) {
            ok = _try(lease.payee, address(market), abi.encodeCall(market.finish, (of_, leaseId)));
            if (ok) broken = "stake was freed while a claim could come";
        } else if (kind == 6) {
            ok = _try(STRANGER, address(market), abi.encodeCall(market.extend, (of_, leaseId, lease.longestSeconds)));
            if (ok) broken = "a stranger extended a lease";
        } else if (lease.state == IMarketTypes.LeaseState.Started && _now() < lease.endsAt) {
            ok = _try(STRANGER, address(market), abi.encodeCall(market.end, (of_, leaseId, IMarketTypes.EndReason.Expired)));
            if (ok) broken = "a lease expired before its end";
        }
    }

    function cheatMoney(uint256 seed, uint256 amount) external counted {
        for (uint256 kind = 0; kind < 8; kind++) _cheatMoney(kind, seed, amount);
    }

    function _cheatMoney(uint256 kind, uint256 seed, uint256 amount) private {
        uint256 job = seed % JOBS;
        Terms memory of_ = terms(job);
        IJobEscrow.Job memory its = _job(job);
        bool ok;
        if (kind == 0) {
            IJobEscrow.Voucher[] memory vouchers = new IJobEscrow.Voucher[](1);
            vouchers[0] = _voucher(job, provider(seed), amount % CAP + 1, THIEF_KEY);
            ok = _try(STRANGER, address(escrow), abi.encodeCall(escrow.redeem, (address(token), provider(seed), vouchers, true)));
            if (ok) broken = "a voucher that the buyer did not sign was paid";
        } else if (kind == 1) {
            ok = _try(STRANGER, address(escrow), abi.encodeCall(escrow.void, (of_, 0)));
            if (ok) broken = "a stranger voided a job";
        } else if (kind == 2) {
            uint256 free = uint256(its.deposited) - its.reserved - its.booked - its.paid - its.fees - its.refunded;
            ok = _try(of_.buyer, address(escrow), abi.encodeCall(escrow.void, (of_, free + 1 + amount % 1000)));
            if (ok) broken = "the buyer took back what is promised";
        } else if (kind == 3 && _now() < of_.reclaimAt) {
            ok = _try(of_.buyer, address(escrow), abi.encodeCall(escrow.reclaim, (of_)));
            if (ok) broken = "a job was reclaimed before its time";
        } else if (kind == 4 && _now() <= of_.claimDeadline && !its.accepted) {
            ok = _try(of_.buyer, address(market), abi.encodeCall(market.settle, (of_)));
            if (ok) broken = "a job was settled without both sides before its windows closed";
        } else if (kind == 5) {
            ok = _try(SCHEDULER, address(escrow), abi.encodeCall(escrow.reserve, (of_, SCHEDULER, 1)))
                || _try(SCHEDULER, address(escrow), abi.encodeCall(escrow.ruleOn, (of_, provider(0), 0, 0)))
                || _try(SCHEDULER, address(escrow), abi.encodeCall(escrow.book, (new IJobEscrow.Booked[](0))));
            if (ok) broken = "somebody else than the market or the court drove the escrow";
        } else if (kind == 6) {
            ok = _try(STRANGER, address(escrow), abi.encodeCall(escrow.topUp, (of_, 0, caps[job] + 1, hex"00")));
            if (ok) broken = "a stranger raised a cap";
        } else if (_now() < of_.leaseEnd && !its.closed) {
            token.mint(escrow.vaultOf(jobIds[job]), 1);
            ok = _try(STRANGER, address(escrow), abi.encodeCall(escrow.returnVault, (of_, address(token))));
            if (ok) broken = "a stranger sent a payment back that is still to be swept";
        }
    }

    function _isAhead(uint256 job) private view returns (bool ahead) {
        for (uint256 who = 0; who < PROVIDERS; who++) {
            (, uint256 reserved, uint256 proven, uint256 spent,) = escrow.accountOf(jobIds[job], provider(who));
            ahead = ahead || spent > proven + reserved;
        }
    }

    function _try(address by, address at, bytes memory call_) private returns (bool ok) {
        vm.prank(by);
        (ok,) = at.call(call_);
    }
}
