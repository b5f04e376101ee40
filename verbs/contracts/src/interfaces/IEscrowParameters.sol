// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title The parameters that the escrow reads when a job is funded, and never after
interface IEscrowParameters {
    function isTokenAllowed(address token) external view returns (bool);
    function feeCeilingBps() external view returns (uint256);
    /// @notice Least gap between two deadlines of a job's terms, seconds.
    function minGap() external view returns (uint64);
}
