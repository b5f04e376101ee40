// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Where an x402 `exact` payment for one job lands
/// @notice Its CREATE2 salt is the job's id, so the address commits to the terms. Only the escrow that made it moves
/// money out of it, and only to itself. No constructor argument: the init code is the same for every job.
contract JobVault {
    using SafeERC20 for IERC20;

    address private immutable _escrow = msg.sender;

    error OnlyEscrow(address caller);

    /// @notice Sends the whole balance of `token` to the escrow.
    function drain(IERC20 token) external {
        require(msg.sender == _escrow, OnlyEscrow(msg.sender));
        token.safeTransfer(_escrow, token.balanceOf(address(this)));
    }
}
