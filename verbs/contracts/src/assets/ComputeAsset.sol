// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";

import {IAssetPicture} from "../interfaces/IAssetPicture.sol";
import {IAttestations} from "../interfaces/IAttestations.sol";
import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IERC4907} from "../interfaces/IERC4907.sol";
import {IERC7829} from "../interfaces/IERC7829.sol";
import {IMarketDesk} from "../interfaces/IMarketDesk.sol";
import {IMarketTypes} from "../interfaces/IMarketTypes.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {Requirements} from "../interfaces/ITerms.sol";
import {AssetFacts} from "./AssetFacts.sol";
import {Text} from "./Text.sol";

/// @title A GPU (or a slice of one) as an ERC-721, ERC-7829 and ERC-4907 token
contract ComputeAsset is AssetFacts {
    using ShortStrings for string;

    /// @notice Longest attestation, seconds: a claim about hardware does not stay true for ever.
    uint64 public constant ATTESTATION_LIMIT = 90 days;
    /// @inheritdoc IComputeAsset
    uint256 public constant batchLimit = 64;

    address public immutable market;
    IProviderRegistry public immutable registry;

    /// @notice Number of assets minted; ids are 1 to this.
    uint256 public assetCount;

    /// @inheritdoc IComputeAsset
    mapping(address node => uint256) public busyUnitsOf;

    modifier onlyMarket() {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _;
    }

    constructor(address market_, IProviderRegistry registry_, IAttestations attestations_, IAssetPicture picture_)
        ERC721("Gristmill Compute Asset", "GRIST")
        AssetFacts(attestations_, picture_)
    {
        market = market_;
        registry = registry_;
    }

    // --- the owner ---

    /// @inheritdoc IComputeAsset
    function mint(Capability calldata capability) external returns (uint256 assetId) {
        return _mint(capability, 0);
    }

    /// @inheritdoc IComputeAsset
    function mintBatch(Capability[] calldata capabilities) external returns (uint256 firstAssetId) {
        require(capabilities.length <= batchLimit, BatchTooLong(capabilities.length, batchLimit));
        firstAssetId = assetCount + 1;
        for (uint256 i = 0; i < capabilities.length; i++) _mint(capabilities[i], 0);
    }

    /// @inheritdoc IComputeAsset
    function mintSlices(Capability[] calldata capabilities, uint128[] calldata units)
        external
        returns (uint256 firstAssetId)
    {
        require(capabilities.length == units.length, LengthsDiffer(capabilities.length, units.length));
        require(units.length <= batchLimit, BatchTooLong(units.length, batchLimit));
        firstAssetId = assetCount + 1;
        for (uint256 i = 0; i < units.length; i++) _mint(capabilities[i], units[i]);
    }

    /// @inheritdoc IComputeAsset
    function renew(uint256 assetId, bytes32 manifest, uint64 attestedUntil) external {
        _requireOwner(assetId);
        require(manifest != bytes32(0), EmptyManifest());
        _requireAttestable(assetId, attestedUntil);
        State storage state = _states[assetId];
        // What a lease was assigned for does not change under it.
        bool same = manifest == _manifests[assetId];
        require((same && attestedUntil >= state.attestedUntil) || !_isLeased(assetId), AssetLeased(assetId));
        if (!same) _manifests[assetId] = manifest;
        (state.attestedUntil, state.renewedAt) = (uint40(attestedUntil), uint40(block.timestamp));
        emit AttestationRenewed(assetId, manifest, attestedUntil);
    }

    /// @inheritdoc IComputeAsset
    function renewAttested(uint256 assetId) external {
        _requireOwned(assetId);
        State storage state = _states[assetId];
        (uint8 level,, uint64 expiresAt) = attestations.levelOf(assetId);
        uint64 limit = uint64(block.timestamp) + ATTESTATION_LIMIT;
        if (expiresAt > limit) expiresAt = limit;
        require(level != 0 && expiresAt > state.attestedUntil, AttestationNotNewer(expiresAt, state.attestedUntil));
        state.attestedUntil = uint40(expiresAt);
        emit AttestationRenewed(assetId, _manifests[assetId], expiresAt);
    }

    /// @inheritdoc IComputeAsset
    function retire(uint256 assetId) external {
        _requireOwner(assetId);
        require(!_states[assetId].retired, AssetIsRetired(assetId));
        _states[assetId].retired = true;
        emit AssetRetired(assetId);
        IMarketDesk(market).assetMoved(assetId);
    }

    /// @inheritdoc IComputeAsset
    function burn(uint256 assetId) external {
        _requireOwner(assetId);
        require(_states[assetId].retired, AssetNotRetired(assetId));
        require(!_tenants[assetId].leased, AssetLeased(assetId));
        _burn(assetId);
    }

    /// @inheritdoc IComputeAsset
    function setLabel(uint256 assetId, string calldata label) external {
        _requireOwner(assetId);
        _labels[assetId] = string(label).toShortString();
        emit LabelSet(assetId, label);
    }

    /// @inheritdoc IComputeAsset
    function nameClass(string calldata name) external {
        uint256 good = Text.classNameLength(bytes(name));
        require(good == bytes(name).length && good != 0, BadClassName(good));
        bytes32 gpuClass = keccak256(bytes(name));
        _classNames[gpuClass] = string(name).toShortString();
        emit ClassNamed(gpuClass, name);
    }

    /// @notice Past expiry an asset cannot be approved (ERC-7829).
    function approve(address to, uint256 assetId) public override {
        _requireAttested(assetId);
        super.approve(to, assetId);
    }

    // --- the market ---

    /// @inheritdoc IComputeAsset
    function occupy(uint256 assetId, Requirements calldata wanted, address lessee, uint64 until)
        external
        onlyMarket
        returns (address owner, address node)
    {
        owner = _requireOwned(assetId);
        Core memory core = _cores[assetId];
        State memory state = _states[assetId];
        node = core.node;
        require(!state.retired, AssetIsRetired(assetId));
        require(!_tenants[assetId].leased, AssetLeased(assetId));
        require(registry.providerOf(node) != address(0), IMarketTypes.NodeNotActive(node));
        _checkRequirements(assetId, core, state, wanted, until);
        if (state.units != 0) {
            uint256 busy = busyUnitsOf[node];
            require(busy & state.units == 0, UnitsBusy(assetId, busy & state.units));
            busyUnitsOf[node] = busy | state.units;
        }
        _moveIn(assetId, lessee, until);
    }

    /// @inheritdoc IComputeAsset
    function prolong(uint256 assetId, uint64 until) external onlyMarket {
        uint64 attestedUntil = _states[assetId].attestedUntil;
        require(attestedUntil >= until, IMarketTypes.AttestationTooShort(attestedUntil, until));
        _tenants[assetId].until = uint40(until);
        emit UpdateUser(assetId, _tenants[assetId].account, until);
    }

    /// @inheritdoc IComputeAsset
    function vacate(uint256 assetId) external onlyMarket {
        uint256 units = _states[assetId].units;
        if (units != 0) busyUnitsOf[_cores[assetId].node] &= ~units;
        _moveOut(assetId);
    }

    /// @notice ERC-165, with ERC-7829's own five functions (0xf7e5dae0) and ERC-4907's three (0xad092b5c).
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC7829).interfaceId || interfaceId == type(IERC4907).interfaceId
            || super.supportsInterface(interfaceId);
    }

    // --- inside ---

    /// @dev Not _safeMint: a receiver hook would hand control away in the middle of a batch, and the provider asked for the
    /// asset itself. A contract owner needs no hook to own, list, renew and transfer.
    function _mint(Capability calldata capability, uint128 units) private returns (uint256 assetId) {
        require(registry.providerOf(capability.node) == msg.sender, NodeNotOfProvider(capability.node, msg.sender));
        require(capability.manifest != bytes32(0), EmptyManifest());
        require(capability.region == 0 || _isCountry(capability.region), BadRegion(capability.region));
        assetId = ++assetCount;
        _requireAttestable(assetId, capability.attestedUntil);
        _cores[assetId] = Core(capability.node, capability.gpuCount, capability.memoryBytes, capability.region);
        _states[assetId] = State(uint40(capability.attestedUntil), uint40(block.timestamp), units, false);
        _manifests[assetId] = capability.manifest;
        _classes[assetId] = capability.gpuClass;
        emit AssetMinted(
            assetId,
            msg.sender,
            capability.node,
            capability.manifest,
            capability.gpuClass,
            capability.gpuCount,
            capability.memoryBytes,
            capability.region,
            capability.attestedUntil
        );
        if (units != 0) emit UnitsSet(assetId, capability.node, units);
        _mint(msg.sender, assetId);
    }

    /// @dev Past expiry an asset does not move (ERC-7829); a sale ends the seller's listing and user. Readers survive.
    function _update(address to, uint256 assetId, address auth) internal override returns (address from) {
        from = super._update(to, assetId, auth);
        if (from == address(0) || to == address(0)) return from;
        _requireAttested(assetId);
        _dropUser(assetId);
        IMarketDesk(market).assetMoved(assetId);
    }

    function _checkRequirements(
        uint256 assetId,
        Core memory got,
        State memory state,
        Requirements calldata wanted,
        uint64 until
    ) private view {
        if (wanted.gpuClass != 0) {
            bytes32 class = _classes[assetId];
            if (wanted.gpuClass != class) _fell(IMarketTypes.Requirement.GpuClass, uint256(class), uint256(wanted.gpuClass));
        }
        if (got.gpuCount < wanted.gpuCount) _fell(IMarketTypes.Requirement.GpuCount, got.gpuCount, wanted.gpuCount);
        if (got.memoryBytes < wanted.minMemoryBytes) {
            _fell(IMarketTypes.Requirement.MemoryBytes, got.memoryBytes, wanted.minMemoryBytes);
        }
        if (wanted.region != 0 && wanted.region != got.region) {
            _fell(IMarketTypes.Requirement.Region, uint16(got.region), uint16(wanted.region));
        }
        (uint256 measuredAt, uint256 expiresAt) = (state.renewedAt, state.attestedUntil);
        if (wanted.minAttestationLevel != 0) {
            uint8 level;
            (level, measuredAt, expiresAt) = attestations.levelOf(assetId);
            if (level < wanted.minAttestationLevel) {
                _fell(IMarketTypes.Requirement.AttestationLevel, level, wanted.minAttestationLevel);
            }
        }
        if (wanted.maxAttestationAge != 0 && block.timestamp - measuredAt > wanted.maxAttestationAge) {
            _fell(IMarketTypes.Requirement.AttestationAge, block.timestamp - measuredAt, wanted.maxAttestationAge);
        }
        require(expiresAt >= until, IMarketTypes.AttestationTooShort(expiresAt, until));
    }

    function _fell(IMarketTypes.Requirement field, uint256 got, uint256 wanted) private pure {
        revert IMarketTypes.RequirementNotMet(field, got, wanted);
    }

    function _isCountry(bytes2 region) private pure returns (bool) {
        return region[0] >= "A" && region[0] <= "Z" && region[1] >= "A" && region[1] <= "Z";
    }

    function _requireAttested(uint256 assetId) internal view override {
        uint64 attestedUntil = _states[assetId].attestedUntil;
        require(block.timestamp < attestedUntil, AttestationExpired(assetId, attestedUntil));
    }

    function _requireAttestable(uint256 assetId, uint64 attestedUntil) private view {
        require(block.timestamp < attestedUntil, AttestationExpired(assetId, attestedUntil));
        uint64 limit = uint64(block.timestamp) + ATTESTATION_LIMIT;
        require(attestedUntil <= limit, AttestationTooLong(attestedUntil, limit));
    }
}
