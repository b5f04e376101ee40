// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC4907} from "./IERC4907.sol";
import {IERC7829} from "./IERC7829.sol";
import {Requirements} from "./ITerms.sol";

/// @title A GPU (or a slice of one) as an asset
interface IComputeAsset is IERC7829, IERC4907 {
    /// @param node       hot key of the machine the asset lives on
    /// @param manifest   sha256 of the manifest's canonical JSON (the ERC-7829 commit)
    /// @param gpuClass   keccak256 of the GPU class name, zero for a CPU asset
    /// @param memoryBytes usable GPU memory of the whole asset (the ERC-7829 size)
    /// @param region     ISO 3166-1 alpha-2 in capitals, or zero
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

    /// @param level      of the attestation that counts now: 0 self-measured, 1 quorum, 2 TEE
    /// @param measuredAt when: of the attestation, or of the owner's last renewal at level 0
    /// @param expiresAt  an assignment that asks for this level must end by then
    /// @param units      what of its node's hardware the asset occupies, see `mintSlices`
    struct Standing {
        uint8 level;
        uint64 measuredAt;
        uint64 expiresAt;
        uint128 units;
        bool leased;
        bool retired;
    }

    event AssetMinted(uint256 indexed assetId, address indexed provider, address indexed node, bytes32 manifest, bytes32 gpuClass, uint16 gpuCount, uint64 memoryBytes, bytes2 region, uint64 attestedUntil);
    /// @notice The asset joined its node's conflict group.
    event UnitsSet(uint256 indexed assetId, address indexed node, uint128 units);
    event AttestationRenewed(uint256 indexed assetId, bytes32 manifest, uint64 attestedUntil);
    event AssetRetired(uint256 indexed assetId);
    event LabelSet(uint256 indexed assetId, string label);
    event ClassNamed(bytes32 indexed gpuClass, string name);

    error NodeNotOfProvider(address node, address provider);
    error AttestationExpired(uint256 assetId, uint64 attestedUntil);
    error AttestationTooLong(uint64 attestedUntil, uint64 limit);
    error AttestationNotNewer(uint64 got, uint64 current);
    error OnlyMarket(address caller);
    error AssetLeased(uint256 assetId);
    error AssetIsRetired(uint256 assetId);
    error AssetNotRetired(uint256 assetId);
    /// @param overlap bits of the node's units that a running lease of another asset holds
    error UnitsBusy(uint256 assetId, uint256 overlap);
    error EmptyManifest();
    error BadRegion(bytes2 region);
    error BadClassName(uint256 position);
    error BatchTooLong(uint256 got, uint256 limit);
    error LengthsDiffer(uint256 one, uint256 other);
    error TooManyReaders(uint256 limit);
    error ReaderInThePast(uint64 until);

    // --- the owner ---
    /// @notice By the provider of the node; the asset is the caller's, which may be a contract (a multisig, a DAO).
    function mint(Capability calldata capability) external returns (uint256 assetId);
    /// @notice Many at once, for data centres: at most `batchLimit`.
    function mintBatch(Capability[] calldata capabilities) external returns (uint256 firstAssetId);
    /// @notice Many at once that share hardware. A node's units are 128 bits that its provider lays out once and for all,
    /// eight for each GPU where MIG may be used (one for each memory slice): a whole GPU has all of its bits, a slice its own,
    /// a gang asset those of all its GPUs. Two assets with a bit in common are never leased at the same time; zero: an
    /// asset that shares with none.
    function mintSlices(Capability[] calldata capabilities, uint128[] calldata units) external returns (uint256 firstAssetId);
    function batchLimit() external view returns (uint256);
    /// @notice By the owner, also past expiry, on its own word (level 0). While leased the manifest stays and the expiry may
    /// only grow. Another manifest voids an attestation made before it.
    function renew(uint256 assetId, bytes32 manifest, uint64 attestedUntil) external;
    /// @notice Anybody: takes over a later expiry from a standing attestation of this asset.
    function renewAttested(uint256 assetId) external;
    /// @notice No lease is assigned any more and the listing ends; running ones go on. For ever.
    function retire(uint256 assetId) external;
    /// @notice Only a retired asset that is not leased.
    function burn(uint256 assetId) external;
    /// @notice A name for people, at most 31 bytes. Shown escaped.
    function setLabel(uint256 assetId, string calldata label) external;
    /// @notice Anybody: tells the name (lower case, digits, dots, dashes, at most 31) behind the hash of a GPU class.
    function nameClass(string calldata name) external;
    /// @notice Like `setReader`, until a time.
    function setReaderUntil(uint256 assetId, address reader, uint64 until) external;

    // --- reads ---
    function capabilityOf(uint256 assetId) external view returns (Capability memory);
    function standingOf(uint256 assetId) external view returns (Standing memory);
    function labelOf(uint256 assetId) external view returns (string memory);
    function classNameOf(bytes32 gpuClass) external view returns (string memory);
    /// @notice Units of a node that running leases hold.
    function busyUnitsOf(address node) external view returns (uint256);
    /// @notice Everybody who reads the asset now, and until when; the lessee first.
    function readersOf(uint256 assetId) external view returns (address[] memory readers, uint64[] memory until);
    /// @notice Most readers an owner can grant at a time; the lessee always has a place.
    function readerLimit() external view returns (uint256);
    function lesseeOf(uint256 assetId) external view returns (address lessee, uint64 until);

    // --- the market only ---
    /// @notice Checks that the asset meets `wanted` until `until` and makes `lessee` its user and reader (rules 5 and 9).
    /// @return owner who is paid for the lease
    function occupy(uint256 assetId, Requirements calldata wanted, address lessee, uint64 until) external returns (address owner, address node);
    /// @notice The lease of the asset now ends at `until`; the attestation must last as long.
    function prolong(uint256 assetId, uint64 until) external;
    function vacate(uint256 assetId) external;
}
