// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IMarketDesk} from "../interfaces/IMarketDesk.sol";
import {LeaseBase} from "./LeaseBase.sol";

/// @title What anybody may ask the market about leases
abstract contract LeaseReads is LeaseBase, IMarketDesk {
    /// @inheritdoc IMarketDesk
    function leaseOf(bytes32 leaseId) external view returns (LeaseView memory) {
        Lease storage lease = _leases[leaseId];
        return LeaseView({
            jobId: lease.jobId,
            assetId: lease.assetId,
            payee: lease.payee,
            node: lease.node,
            pricePerSecond: lease.pricePerSecond,
            reserved: lease.reserved,
            assignedAt: lease.assignedAt,
            startedAt: lease.startedAt,
            endsAt: lease.endsAt,
            endedAt: lease.endedAt,
            maxSeconds: lease.maxSeconds,
            billedTo: lease.billedTo,
            billedSeconds: lease.billedSeconds,
            sequence: lease.sequence,
            state: lease.state,
            reason: lease.reason,
            output: lease.output,
            longestSeconds: lease.longestSeconds,
            noticeSeconds: lease.noticeSeconds,
            evicted: lease.evicted,
            staked: lease.staked,
            finished: lease.finished
        });
    }

    /// @inheritdoc IMarketDesk
    function leaseIdOf(bytes32 jobId, uint256 index) external view returns (bytes32) {
        return _leaseIdOf(jobId, index);
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
