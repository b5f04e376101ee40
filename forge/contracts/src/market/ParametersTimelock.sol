// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title The delay before any change of the parameters
/// @dev OpenZeppelin's, with no admin: only a change that waited changes who proposes or how long a change waits.
contract ParametersTimelock is TimelockController {
    constructor(uint256 delay, address[] memory proposers, address[] memory executors)
        TimelockController(delay, proposers, executors, address(0))
    {}
}
