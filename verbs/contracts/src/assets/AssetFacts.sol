// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

import {IAssetPicture} from "../interfaces/IAssetPicture.sol";
import {IAttestations} from "../interfaces/IAttestations.sol";
import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IERC7829} from "../interfaces/IERC7829.sol";
import {Tenancy} from "./Tenancy.sol";

/// @title What an asset is, and what anybody may ask about it
abstract contract AssetFacts is Tenancy {
    using ShortStrings for ShortString;

    /// @dev What never changes about an asset besides its class: one slot.
    struct Core {
        address node;
        uint16 gpuCount;
        uint64 memoryBytes;
        bytes2 region;
    }

    /// @param renewedAt when the owner last gave its word
    struct State {
        uint40 attestedUntil;
        uint40 renewedAt;
        uint128 units;
        bool retired;
    }

    IAttestations public immutable attestations;
    IAssetPicture public immutable picture;

    mapping(uint256 assetId => Core) internal _cores;
    mapping(uint256 assetId => State) internal _states;
    mapping(uint256 assetId => bytes32) internal _manifests;
    mapping(uint256 assetId => bytes32) internal _classes;
    mapping(uint256 assetId => ShortString) internal _labels;
    mapping(bytes32 gpuClass => ShortString) internal _classNames;

    constructor(IAttestations attestations_, IAssetPicture picture_) {
        (attestations, picture) = (attestations_, picture_);
    }

    /// @inheritdoc IERC7829
    function commitByTokenId(uint256 assetId) external view returns (bytes memory) {
        _requireOwned(assetId);
        return abi.encodePacked(_manifests[assetId]);
    }

    /// @inheritdoc IERC7829
    function sizeByTokenId(uint256 assetId) external view returns (uint256) {
        _requireOwned(assetId);
        return _cores[assetId].memoryBytes;
    }

    /// @inheritdoc IERC7829
    function expireByTokenId(uint256 assetId) external view returns (uint64) {
        _requireOwned(assetId);
        return _states[assetId].attestedUntil;
    }

    /// @inheritdoc IComputeAsset
    function capabilityOf(uint256 assetId) public view returns (Capability memory) {
        _requireOwned(assetId);
        Core memory core = _cores[assetId];
        return Capability({
            node: core.node,
            manifest: _manifests[assetId],
            gpuClass: _classes[assetId],
            gpuCount: core.gpuCount,
            memoryBytes: core.memoryBytes,
            region: core.region,
            attestedUntil: _states[assetId].attestedUntil
        });
    }

    /// @inheritdoc IComputeAsset
    function standingOf(uint256 assetId) public view returns (Standing memory) {
        _requireOwned(assetId);
        State memory state = _states[assetId];
        (uint8 level, uint64 measuredAt, uint64 expiresAt) = attestations.levelOf(assetId);
        if (level == 0) (measuredAt, expiresAt) = (state.renewedAt, state.attestedUntil);
        return Standing(level, measuredAt, expiresAt, state.units, _tenants[assetId].leased, state.retired);
    }

    /// @inheritdoc IComputeAsset
    function labelOf(uint256 assetId) external view returns (string memory) {
        return _labels[assetId].toString();
    }

    /// @inheritdoc IComputeAsset
    function classNameOf(bytes32 gpuClass) external view returns (string memory) {
        return _classNames[gpuClass].toString();
    }

    /// @notice Metadata and picture as a data URI.
    function tokenURI(uint256 assetId) public view override returns (string memory) {
        Standing memory standing = standingOf(assetId);
        Capability memory capability = capabilityOf(assetId);
        string memory state = "free";
        if (standing.leased) state = "leased";
        else if (standing.retired) state = "retired";
        else if (block.timestamp >= capability.attestedUntil) state = "expired";
        return picture.uri(
            IAssetPicture.Facts({
                assetId: assetId,
                label: _labels[assetId].toString(),
                className: _classNames[capability.gpuClass].toString(),
                state: state,
                capability: capability,
                level: standing.level
            })
        );
    }
}
