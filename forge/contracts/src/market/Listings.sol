// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../interfaces/IJobEscrow.sol";
import {IMarketDesk} from "../interfaces/IMarketDesk.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title Standing prices of assets
/// @dev Running leases hold their own copy of price, notice and longest time: nothing here reaches them.
abstract contract Listings is MarketBase, IMarketDesk {
    /// @inheritdoc IMarketDesk
    uint256 public constant batchLimit = 64;

    modifier onlyOwner(uint256 assetId) {
        require(msg.sender == _ownerOf(assetId), NotProvider(msg.sender, assetId));
        _;
    }

    /// @inheritdoc IMarketDesk
    function list(
        uint256 assetId,
        address token,
        uint128 pricePerSecond,
        uint32 minSeconds,
        uint32 maxSeconds,
        uint64 endsAt
    ) external {
        Offer memory offer = Offer(token, pricePerSecond, minSeconds, maxSeconds, endsAt, type(uint32).max);
        _checkOffer(offer);
        _list(assetId, offer);
    }

    /// @inheritdoc IMarketDesk
    function listBatch(uint256[] calldata assetIds, Offer calldata offer) external {
        require(assetIds.length <= batchLimit, BatchTooLong(assetIds.length, batchLimit));
        _checkOffer(offer);
        for (uint256 i = 0; i < assetIds.length; i++) _list(assetIds[i], offer);
    }

    /// @inheritdoc IMarketDesk
    function reprice(uint256 assetId, uint128 pricePerSecond) external onlyOwner(assetId) {
        Posted storage posted = _activeListing(assetId);
        posted.pricePerSecond = _checkedPrice(pricePerSecond);
        posted.version++;
        _emitListed(assetId, posted);
    }

    /// @inheritdoc IMarketDesk
    function unlist(uint256 assetId) external onlyOwner(assetId) {
        _unlist(assetId, _activeListing(assetId));
    }

    /// @inheritdoc IMarketDesk
    function assetMoved(uint256 assetId) external {
        require(msg.sender == address(asset), OnlyAsset(msg.sender));
        Posted storage posted = _posted[assetId];
        if (posted.active) _unlist(assetId, posted);
    }

    /// @inheritdoc IMarketDesk
    function listingOf(uint256 assetId) external view returns (Listing memory) {
        Posted storage posted = _posted[assetId];
        return Listing({
            token: posted.token,
            pricePerSecond: posted.pricePerSecond,
            minSeconds: posted.minSeconds,
            maxSeconds: posted.maxSeconds,
            endsAt: posted.endsAt,
            version: posted.version,
            active: posted.active,
            noticeSeconds: posted.noticeSeconds
        });
    }

    function _list(uint256 assetId, Offer memory offer) private onlyOwner(assetId) {
        Posted storage posted = _posted[assetId];
        _posted[assetId] = Posted({
            token: offer.token,
            pricePerSecond: _checkedPrice(offer.pricePerSecond),
            // A listing "for ever" ends in 36,000 years.
            endsAt: offer.endsAt > type(uint40).max ? type(uint40).max : uint40(offer.endsAt),
            minSeconds: offer.minSeconds,
            maxSeconds: offer.maxSeconds,
            version: posted.version + 1,
            noticeSeconds: offer.noticeSeconds,
            active: true
        });
        _emitListed(assetId, posted);
        if (offer.noticeSeconds != type(uint32).max) emit NoticeSet(assetId, offer.noticeSeconds);
    }

    function _checkOffer(Offer memory offer) private view {
        require(escrow.isTokenAllowed(offer.token), IJobEscrow.TokenNotAllowed(offer.token));
        require(
            offer.maxSeconds != 0 && offer.minSeconds <= offer.maxSeconds,
            SecondsOutOfRange(offer.maxSeconds, offer.minSeconds, type(uint32).max)
        );
    }

    function _checkedPrice(uint128 price) private pure returns (uint96) {
        require(price <= type(uint96).max, PriceTooHigh(price, type(uint96).max));
        return uint96(price);
    }

    function _activeListing(uint256 assetId) private view returns (Posted storage posted) {
        posted = _posted[assetId];
        require(posted.active, NotListed(assetId));
    }

    function _unlist(uint256 assetId, Posted storage posted) private {
        posted.active = false;
        emit Unlisted(assetId, ++posted.version);
    }

    function _emitListed(uint256 assetId, Posted storage posted) private {
        emit Listed(
            assetId,
            msg.sender,
            posted.token,
            posted.pricePerSecond,
            posted.minSeconds,
            posted.maxSeconds,
            posted.endsAt,
            posted.version
        );
    }
}
