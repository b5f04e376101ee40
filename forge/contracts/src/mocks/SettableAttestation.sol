// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Test double of the attestations: every asset has the level that the test last set
/// @notice Never deployed by the deploy script.
contract SettableAttestation {
    uint8 private _level;
    uint64 private _attestedAt;
    uint64 private _expiresAt;

    function set(uint8 level, uint64 attestedAt, uint64 expiresAt) external {
        (_level, _attestedAt, _expiresAt) = (level, attestedAt, expiresAt);
    }

    function levelOf(uint256) external view returns (uint8, uint64, uint64) {
        return (_level, _attestedAt, _expiresAt);
    }
}
