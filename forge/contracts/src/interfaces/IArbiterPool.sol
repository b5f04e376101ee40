// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IStakePool} from "./IStakePool.sol";

/// @title Staked arbiters and the draw of panels
interface IArbiterPool is IStakePool {
    error OnlyCourt(address caller);

    /// @notice Seats by stake at a past block, without accounts behind which one of `owners` stands; an account may hold several.
    function draw(bytes32 seed, uint256 seats, uint48 atBlock, address[] calldata owners) external view returns (address[] memory);
    /// @notice Court only: takes stake for a silent or incoherent seat, into what `award` gives on.
    function penalise(address arbiter, uint256 amount) external returns (uint256 taken);
    /// @notice Court only: gives on what was taken.
    function award(address to, uint256 amount) external;
}
