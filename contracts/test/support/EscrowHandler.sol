// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {JobEscrow} from "../../src/escrow/JobEscrow.sol";
import {IJobEscrow} from "../../src/interfaces/IJobEscrow.sol";
import {Requirements, Terms} from "../../src/interfaces/ITerms.sol";
import {HostileDollar} from "../../src/mocks/HostileDollar.sol";
import {vm} from "./Vm.sol";

/// @title Plays market, payers and everybody else against one escrow, at random
/// @dev It is the escrow's market. Three jobs, two payees, one token that can block the refund address.
contract EscrowHandler {
    uint64 public constant START = 1_000_000;
    uint64 private constant DAY = 1 days;
    uint128 public constant CAP = 1_000_000;

    address public constant REFUND_TO = address(0x1001);
    address public constant FEE_RECIPIENT = address(0x1002);

    HostileDollar public immutable token = new HostileDollar();
    JobEscrow public immutable escrow;
    bytes32[3] public jobIds;
    /// Late money that went from vaults to REFUND_TO without being part of any job.
    uint256 public returned;
    /// How many calls changed something, so that a test can tell that it tested anything.
    uint256 public done;

    constructor() {
        vm.warp(START);
        address[] memory tokens = new address[](1);
        tokens[0] = address(token);
        escrow = new JobEscrow(address(this), tokens, 1000, DAY);
        for (uint256 i = 0; i < 3; i++) jobIds[i] = escrow.jobIdOf(terms(i));
    }

    function terms(uint256 job) public view returns (Terms memory) {
        uint64 leaseEnd = START + 10 * DAY;
        return Terms({
            buyer: address(0x1000),
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
        return seed % 2 == 0 ? address(0x2000) : address(0x2001);
    }

    function pay(uint256 seed, uint256 amount) external {
        token.mint(escrow.vaultOf(jobIds[seed % 3]), amount % (2 * CAP));
        done++;
    }

    function fund(uint256 seed, uint256 surplus) external {
        token.mint(escrow.vaultOf(jobIds[seed % 3]), CAP + surplus % CAP);
        escrow.sweep(terms(seed % 3));
        done++;
    }

    function sweep(uint256 seed) external {
        escrow.sweep(terms(seed % 3));
        done++;
    }

    function returnVault(uint256 seed) external {
        returned += escrow.returnVault(terms(seed % 3), address(token));
        done++;
    }

    function reserve(uint256 seed, uint256 amount) external {
        escrow.reserve(terms(seed % 3), amount % CAP);
        done++;
    }

    function unreserve(uint256 seed, uint256 amount) external {
        uint256 reserved = escrow.jobOf(jobIds[seed % 3]).reserved;
        escrow.unreserve(jobIds[seed % 3], amount % (reserved + 1));
        done++;
    }

    function book(uint256 seed, uint256 who, uint256 amount, uint256 fee) external {
        uint256 reserved = escrow.jobOf(jobIds[seed % 3]).reserved;
        amount = amount % (reserved + 1);
        escrow.book(terms(seed % 3), payee(who), amount, fee % (reserved - amount + 1));
        done++;
    }

    function accept(uint256 seed) external {
        escrow.accept(terms(seed % 3));
        done++;
    }

    function settle(uint256 seed) external {
        // Rarely: a closed job ends the story of that job.
        if (seed % 7 == 0) escrow.settle(terms(seed % 3));
        done++;
    }

    function release(uint256 seed, uint256 who) external {
        escrow.release(terms(seed % 3), payee(who));
        done++;
    }

    function reclaim(uint256 seed) external {
        escrow.reclaim(terms(seed % 3));
        done++;
    }

    function withdraw(uint256 seed) external {
        address[4] memory accounts = [payee(0), payee(1), FEE_RECIPIENT, REFUND_TO];
        escrow.withdraw(accounts[seed % 4], address(token));
        done++;
    }

    function blockRefunds(bool blocked) external {
        token.set(0, blocked ? REFUND_TO : address(0), false);
    }

    function passTime(uint256 hoursLater) external {
        vm.warp(block.timestamp + (hoursLater % 48) * 1 hours);
    }
}
