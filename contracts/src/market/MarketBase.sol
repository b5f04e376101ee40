// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IUsageVerifier} from "../interfaces/IUsageVerifier.sol";

/// @title What the parts of the market share
abstract contract MarketBase is IMarketplace, ReentrancyGuardTransient {
    IJobEscrow public immutable escrow;
    IComputeAsset public immutable asset;
    IProviderRegistry public immutable registry;
    IUsageVerifier public immutable verifier;

    constructor(IJobEscrow escrow_, IComputeAsset asset_, IProviderRegistry registry_, IUsageVerifier verifier_) {
        escrow = escrow_;
        asset = asset_;
        registry = registry_;
        verifier = verifier_;
    }

    function _ownerOf(uint256 assetId) internal view returns (address) {
        return IERC721(address(asset)).ownerOf(assetId);
    }
}
