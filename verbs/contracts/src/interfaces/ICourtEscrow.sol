// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Terms} from "./ITerms.sol";

/// @title What the court asks of the escrow
interface ICourtEscrow {
    function jobIdOf(Terms calldata terms) external view returns (bytes32);
    /// @notice Booked for the payee and not accepted by the buyer: what a ruling would split, fee not included.
    function heldOf(bytes32 jobId, address payee) external view returns (uint256 amount, uint256 fee);
    /// @notice Court only: what is booked for the payee is neither released nor settled until `ruleOn`.
    function hold(Terms calldata terms, address payee) external;
    /// @notice Court only: splits what is held; the fee follows the payee's part. Works on a closed job, too.
    function ruleOn(Terms calldata terms, address payee, uint256 toPayee, uint256 toBuyer) external;
}
