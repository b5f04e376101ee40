// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IEscrowParameters} from "../interfaces/IEscrowParameters.sol";

/// @title Parameters of an escrow that is tested alone
contract FixedParameters is IEscrowParameters {
    /// @inheritdoc IEscrowParameters
    mapping(address token => bool) public isTokenAllowed;
    /// @inheritdoc IEscrowParameters
    uint256 public immutable feeCeilingBps;
    /// @inheritdoc IEscrowParameters
    uint64 public immutable minGap;

    constructor(address[] memory tokens, uint256 feeCeilingBps_, uint64 minGap_) {
        feeCeilingBps = feeCeilingBps_;
        minGap = minGap_;
        for (uint256 i = 0; i < tokens.length; i++) isTokenAllowed[tokens[i]] = true;
    }

    function disallow(address token) external {
        isTokenAllowed[token] = false;
    }
}
