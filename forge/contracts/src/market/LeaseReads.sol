// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketDesk} from "../interfaces/IMarketDesk.sol";
import {LeaseBase} from "./LeaseBase.sol";
import {LeaseIdLib} from "./LeaseIdLib.sol";

/// @title What anybody may ask the market about leases
abstract contract LeaseReads is LeaseBase, IMarketDesk {
    /// @inheritdoc IMarketDesk
    function leaseOf(bytes32 leaseId) external view returns (LeaseView memory) {
        Lease storage lease = _leases[leaseId];
        Billing storage billing = _billingOf(leaseId);
        bool over = billing.state == LeaseState.Ended || billing.state == LeaseState.Closed;
        return LeaseView({
            jobId: lease.jobId,
            assetId: lease.assetId,
            payee: lease.payee,
            node: lease.node,
            pricePerSecond: lease.pricePerSecond,
            reserved: uint128(_reservedOf(lease, billing.billedSeconds)), // at most 48 bits, as the escrow's amounts
            assignedAt: lease.assignedAt,
            startedAt: billing.startedAt,
            // Once over, `until` is its end: what was agreed follows from the start.
            endsAt: over && billing.startedAt != 0 ? uint64(billing.startedAt) + lease.maxSeconds : billing.until,
            endedAt: over ? billing.until : 0,
            maxSeconds: lease.maxSeconds,
            billedTo: billing.billedTo,
            billedSeconds: billing.billedSeconds,
            sequence: billing.sequence,
            state: billing.state,
            reason: lease.reason,
            output: lease.output,
            longestSeconds: lease.longestSeconds,
            noticeSeconds: lease.noticeSeconds,
            evicted: lease.evicted,
            staked: lease.staked,
            finished: lease.finished,
            index: lease.index
        });
    }

    /// @inheritdoc IMarketDesk
    function leaseIdOf(
        bytes32 accountId,
        address payee,
        address node,
        address notary,
        uint16 index,
        uint16 feeBps,
        uint96 pricePerSecond
    ) external pure returns (bytes32) {
        return LeaseIdLib.leaseIdOf(accountId, node, notary, LeaseIdLib.dealOf(index, feeBps, pricePerSecond, payee));
    }

    /// @inheritdoc IMarketDesk
    function leaseCountOf(bytes32 jobId) external view returns (uint256) {
        return _jobLeases[jobId].count;
    }

    /// @inheritdoc IMarketDesk
    function openLeasesOf(bytes32 jobId) external view returns (uint256) {
        return _jobLeases[jobId].open;
    }

    /// @inheritdoc IMarketDesk
    function liveLeaseOf(uint256 assetId) external view returns (bytes32) {
        return _liveLeaseOf(assetId);
    }

    /// @inheritdoc IMarketDesk
    function startWindow() external view returns (uint64) {
        return parameters.startWindow();
    }
}
