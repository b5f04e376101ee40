// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title Standing prices of assets
abstract contract Listings is MarketBase {
    mapping(uint256 assetId => Listing) internal _listings;

    modifier onlyOwner(uint256 assetId) {
        require(msg.sender == _ownerOf(assetId), NotProvider(msg.sender, assetId));
        _;
    }

    /// @inheritdoc IMarketplace
    function list(
        uint256 assetId,
        address token,
        uint128 pricePerSecond,
        uint32 minSeconds,
        uint32 maxSeconds,
        uint64 endsAt
    ) external onlyOwner(assetId) {
        require(escrow.isTokenAllowed(token), IJobEscrow.TokenNotAllowed(token));
        require(maxSeconds != 0 && minSeconds <= maxSeconds, SecondsOutOfRange(maxSeconds, minSeconds, type(uint32).max));
        uint32 version = _listings[assetId].version + 1;
        _listings[assetId] = Listing(token, pricePerSecond, minSeconds, maxSeconds, endsAt, version, true);
        emit Listed(assetId, msg.sender, token, pricePerSecond, minSeconds, maxSeconds, endsAt, version);
    }

    /// @inheritdoc IMarketplace
    function reprice(uint256 assetId, uint128 pricePerSecond) external onlyOwner(assetId) {
        Listing storage listing = _activeListing(assetId);
        listing.pricePerSecond = pricePerSecond;
        uint32 version = ++listing.version;
        emit Listed(
            assetId,
            msg.sender,
            listing.token,
            pricePerSecond,
            listing.minSeconds,
            listing.maxSeconds,
            listing.endsAt,
            version
        );
    }

    /// @inheritdoc IMarketplace
    function unlist(uint256 assetId) external onlyOwner(assetId) {
        _unlist(assetId, _activeListing(assetId));
    }

    /// @inheritdoc IMarketplace
    function assetMoved(uint256 assetId) external {
        require(msg.sender == address(asset), OnlyAsset(msg.sender));
        Listing storage listing = _listings[assetId];
        if (listing.active) _unlist(assetId, listing);
    }

    /// @inheritdoc IMarketplace
    function listingOf(uint256 assetId) external view returns (Listing memory) {
        return _listings[assetId];
    }

    function _activeListing(uint256 assetId) internal view returns (Listing storage listing) {
        listing = _listings[assetId];
        require(listing.active, NotListed(assetId));
    }

    function _unlist(uint256 assetId, Listing storage listing) private {
        listing.active = false;
        emit Unlisted(assetId, ++listing.version);
    }
}
