// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";
import {MarketBase} from "./MarketBase.sol";
import {Usage} from "./Usage.sol";

/// @title Listings, leases and proof-gated capture
/// @dev No owner, no setter, no money: funds stay in the escrow, which this contract alone may drive.
contract Marketplace is Usage {
    constructor(IJobEscrow escrow_, IComputeAsset asset_, IProviderRegistry registry_, IUsageVerifier verifier_)
        MarketBase(escrow_, asset_, registry_, verifier_)
        EIP712("Gristmill Market", "1")
    {}
}
