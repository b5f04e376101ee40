// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC7829} from "./IERC7829.sol";

/// @title A GPU (or a slice of one) as an asset
interface IComputeAsset is IERC7829 {
    /// @param node       hot key of the machine the asset lives on
    /// @param manifest   sha256 of the manifest's canonical JSON (the ERC-7829 commit)
    /// @param gpuClass   keccak256 of the GPU class name, zero for a CPU asset
    /// @param memoryBytes usable GPU memory of the whole asset (the ERC-7829 size)
    /// @param attestedUntil expiry of the attestation (the ERC-7829 expire)
    struct Capability {
        address node;
        bytes32 manifest;
        bytes32 gpuClass;
        uint16 gpuCount;
        uint64 memoryBytes;
        bytes2 region;
        uint64 attestedUntil;
    }

    event AssetMinted(uint256 indexed assetId, address indexed provider, address indexed node, bytes32 manifest, bytes32 gpuClass, uint16 gpuCount, uint64 memoryBytes, bytes2 region, uint64 attestedUntil);
    event AttestationRenewed(uint256 indexed assetId, bytes32 manifest, uint64 attestedUntil);

    error NodeNotOfProvider(address node, address provider);
    error AttestationExpired(uint256 assetId, uint64 attestedUntil);
    error AttestationTooLong(uint64 attestedUntil, uint64 limit);
    error OnlyMarket(address caller);
    error AssetLeased(uint256 assetId);
    error EmptyManifest();

    /// @notice By the provider of the node; the asset is the caller's.
    function mint(Capability calldata capability) external returns (uint256 assetId);
    /// @notice By the owner, also past expiry. While leased the manifest stays and the expiry may only grow.
    function renew(uint256 assetId, bytes32 manifest, uint64 attestedUntil) external;
    function capabilityOf(uint256 assetId) external view returns (Capability memory);

    /// @notice Only the market: the lessee reads the asset until `until`, nobody can take it away before (rule 9).
    function setLessee(uint256 assetId, address lessee, uint64 until) external;
    function lesseeOf(uint256 assetId) external view returns (address lessee, uint64 until);
}
