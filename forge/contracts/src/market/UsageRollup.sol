// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IUsage} from "../interfaces/IUsage.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {BatchLib} from "./BatchLib.sol";
import {UsageBatch} from "./UsageBatch.sol";

/// @title Captures of many leases under one proof (ADR 0010)
/// @dev Every lease's own rules, signatures and sequence are checked as in `captureBatch`, by the same code.
abstract contract UsageRollup is UsageBatch {
    /// @dev Bytes of `IUsageVerifier.Rollup`, which is static.
    uint256 private constant ROLLUP_SIZE = 0x140;

    /// @inheritdoc IUsage
    function captureRollup(IUsageVerifier.Rollup calldata rollup, RolledRun[] calldata runs)
        external
        nonReentrant
        returns (uint256 captured)
    {
        uint256 most;
        for (uint256 i = 0; i < runs.length; i++) most += runs[i].usages.length;
        BatchLib.Batch memory batch = BatchLib.open(most, 0, ROLLUP_SIZE);
        for (uint256 i = 0; i < runs.length; i++) {
            RolledRun calldata rolled = runs[i];
            RolledUsage[] calldata usages = rolled.usages;
            Run calldata run;
            uint256 first;
            assembly ("memory-safe") {
                // All but the usages lie alike in both.
                run := rolled
                first := usages.offset
            }
            _captureRun(run, first, usages.length, batch);
        }
        captured = _book(batch);
        uint256 proof;
        assembly ("memory-safe") {
            proof := rollup
        }
        uint256 proven = BatchLib.callAfter(
            address(verifier),
            IUsageVerifier.verifyUsageRollup.selector,
            proof,
            ROLLUP_SIZE,
            batch.statements,
            batch.stated,
            BatchLib.INPUTS_SIZE
        );
        require(proven == 1, ProofRejected());
    }
}
