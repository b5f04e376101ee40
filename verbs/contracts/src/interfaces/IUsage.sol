// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketTypes} from "./IMarketTypes.sol";
import {IUsageVerifier} from "./IUsageVerifier.sol";

/// @title Captures beyond the single one
/// @notice Three ways to be paid for metered seconds: proven and countersigned by the notary (booked; the claim window or the
/// buyer releases it), countersigned by the buyer (`IJobEscrow.redeem`: paid at once), and proven without the notary, which is
/// the same as the first but for at most `notaryGrace` seconds past the last second that the notary signed.
interface IUsage {
    /// @notice One receipt of a run, with its proof.
    /// @param accountId keccak256(jobId, payee, buyer), each in 32 bytes: whose money
    /// @param span      to 32 bits, from 32, sequence 32, the lease's index 16, the job's feeBps 16, price per second 48, last 1, from
    /// the lowest bits on; nothing above
    struct Usage {
        bytes32 accountId;
        uint256 head;
        uint256 span;
        IMarketTypes.Proof proof;
    }

    /// @notice Receipts of one payee, one node and one notary, of as many jobs, buyers and leases as they are. Each lease's id
    /// commits to these three: another party's signature leads to a lease that does not exist.
    /// @param nodeSignature   over `Receipts(Receipt[] receipts)`, of a single one over the `Receipt` itself; not looked at when the
    /// node or the payee sends the transaction itself
    /// @param notarySignature over `Ticks(Tick[] ticks)`, of a single one over the `Tick` itself; empty: the notary is gone or there
    /// is none, the receipts are optimistic
    /// @param outputs         of the receipts that are their lease's last, in order
    struct Run {
        address payee;
        address node;
        address notary;
        bytes nodeSignature;
        bytes notarySignature;
        bytes32[] outputs;
        Usage[] usages;
    }

    /// @notice One receipt of a rollup: as `Usage`, without a proof of its own.
    struct RolledUsage {
        bytes32 accountId;
        uint256 head;
        uint256 span;
    }

    /// @notice As `Run`, of receipts that one proof shows together.
    struct RolledRun {
        address payee;
        address node;
        address notary;
        bytes nodeSignature;
        bytes notarySignature;
        bytes32[] outputs;
        RolledUsage[] usages;
    }

    /// @param usage the receipt's span, and what was booked for it, fee included, in the 48 bits from bit 208 on
    struct Captured {
        bytes32 leaseId;
        uint256 usage;
    }

    /// @notice `UsageCaptured` of a batch.
    event UsagesCaptured(Captured[] captured);
    event CapturedWithoutNotary(bytes32 indexed leaseId, uint32 from, uint32 to);
    /// @notice Somebody captured this receipt first.
    event CaptureSkipped(bytes32 indexed leaseId, uint32 sequence);

    /// @param limit last second that may be billed without the notary
    error BeyondNotaryGrace(uint256 to, uint256 limit);
    error NothingCaptured();

    error UnknownSpan(uint256 span);

    /// @notice Many captures, all proofs checked together. Receipts captured before are skipped, so that nobody can spoil a batch
    /// by sending one of it first; anything else that is wrong reverts all.
    function captureBatch(Run[] calldata runs) external returns (uint256 captured);

    /// @notice Many captures under one proof. As `captureBatch`; a receipt that somebody captured first is part of the proof and
    /// not billed again.
    function captureRollup(IUsageVerifier.Rollup calldata rollup, RolledRun[] calldata runs) external returns (uint256 captured);

    /// @notice Seconds past the last notarised one that a node may bill on its own word and proof.
    function notaryGrace() external view returns (uint32);
}
