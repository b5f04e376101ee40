// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IERC7829} from "../interfaces/IERC7829.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";

/// @title A GPU (or a slice of one) as an ERC-721 and ERC-7829 token
contract ComputeAsset is IComputeAsset, ERC721 {
    struct Lessee {
        address account;
        uint64 until;
    }

    /// @notice Longest attestation, seconds: a claim about hardware does not stay true for ever.
    uint64 public constant ATTESTATION_LIMIT = 90 days;

    IMarketplace public immutable market;
    IProviderRegistry public immutable registry;

    /// @notice Number of assets minted; ids are 1 to this.
    uint256 public assetCount;

    mapping(uint256 assetId => Capability) private _capabilities;
    mapping(uint256 assetId => Lessee) private _lessees;
    mapping(uint256 assetId => mapping(address reader => bool)) private _readers;

    constructor(IMarketplace market_, IProviderRegistry registry_) ERC721("Gristmill Compute Asset", "GRIST") {
        market = market_;
        registry = registry_;
    }

    /// @inheritdoc IComputeAsset
    function mint(Capability calldata capability) external returns (uint256 assetId) {
        require(registry.providerOf(capability.node) == msg.sender, NodeNotOfProvider(capability.node, msg.sender));
        require(capability.manifest != bytes32(0), EmptyManifest());
        assetId = ++assetCount;
        _requireAttestable(assetId, capability.attestedUntil);
        _capabilities[assetId] = capability;
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
        // Not _safeMint: a receiver hook would hand control away, and the provider asked for the asset itself.
        _mint(msg.sender, assetId);
    }

    /// @inheritdoc IComputeAsset
    function renew(uint256 assetId, bytes32 manifest, uint64 attestedUntil) external {
        _requireOwner(assetId);
        require(manifest != bytes32(0), EmptyManifest());
        _requireAttestable(assetId, attestedUntil);
        Capability storage capability = _capabilities[assetId];
        // What a lease was assigned for does not change under it.
        bool kept = manifest == capability.manifest && attestedUntil >= capability.attestedUntil;
        require(kept || !_isLeased(assetId), AssetLeased(assetId));
        capability.manifest = manifest;
        capability.attestedUntil = attestedUntil;
        emit AttestationRenewed(assetId, manifest, attestedUntil);
    }

    /// @inheritdoc IComputeAsset
    function setLessee(uint256 assetId, address lessee, uint64 until) external {
        require(msg.sender == address(market), OnlyMarket(msg.sender));
        address former = _lessees[assetId].account;
        _lessees[assetId] = Lessee(lessee, until);
        if (former != address(0) && !isReader(assetId, former)) emit UpdateReader(assetId, former, false);
        if (lessee != address(0)) emit UpdateReader(assetId, lessee, true);
    }

    /// @inheritdoc IERC7829
    /// @dev Past expiry granting reverts and revoking does not: access could otherwise never be withdrawn. That departs
    /// from the letter of ERC-7829 on purpose.
    function setReader(uint256 assetId, address reader, bool valid) external {
        _requireOwner(assetId);
        if (valid) _requireAttested(assetId);
        require(!(_isLeased(assetId) && _lessees[assetId].account == reader), AssetLeased(assetId));
        _readers[assetId][reader] = valid;
        emit UpdateReader(assetId, reader, valid);
    }

    /// @inheritdoc IERC7829
    function isReader(uint256 assetId, address reader) public view returns (bool) {
        _requireOwned(assetId);
        return _readers[assetId][reader] || (_lessees[assetId].account == reader && _isLeased(assetId));
    }

    /// @inheritdoc IERC7829
    function commitByTokenId(uint256 assetId) external view returns (bytes memory) {
        _requireOwned(assetId);
        return abi.encodePacked(_capabilities[assetId].manifest);
    }

    /// @inheritdoc IERC7829
    function sizeByTokenId(uint256 assetId) external view returns (uint256) {
        _requireOwned(assetId);
        return _capabilities[assetId].memoryBytes;
    }

    /// @inheritdoc IERC7829
    function expireByTokenId(uint256 assetId) external view returns (uint64) {
        _requireOwned(assetId);
        return _capabilities[assetId].attestedUntil;
    }

    /// @inheritdoc IComputeAsset
    function capabilityOf(uint256 assetId) external view returns (Capability memory) {
        _requireOwned(assetId);
        return _capabilities[assetId];
    }

    /// @inheritdoc IComputeAsset
    function lesseeOf(uint256 assetId) external view returns (address lessee, uint64 until) {
        if (_isLeased(assetId)) (lessee, until) = (_lessees[assetId].account, _lessees[assetId].until);
    }

    /// @notice Metadata as a data URI: nothing to host, nothing to lose.
    function tokenURI(uint256 assetId) public view override returns (string memory) {
        _requireOwned(assetId);
        Capability storage capability = _capabilities[assetId];
        bytes memory json = abi.encodePacked(
            '{"name":"Gristmill compute asset #',
            Strings.toString(assetId),
            '","attributes":[',
            _trait("GPU class", Strings.toHexString(uint256(capability.gpuClass), 32)),
            ",",
            _trait("GPUs", Strings.toString(capability.gpuCount)),
            ",",
            _trait("Memory bytes", Strings.toString(capability.memoryBytes)),
            ",",
            _trait("Manifest", Strings.toHexString(uint256(capability.manifest), 32)),
            ",",
            _trait("Attested until", Strings.toString(capability.attestedUntil)),
            "]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    /// @notice ERC-165, with ERC-7829's own five functions (0xf7e5dae0).
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC7829).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @notice Past expiry an asset cannot be approved (ERC-7829).
    function approve(address to, uint256 assetId) public override {
        _requireAttested(assetId);
        super.approve(to, assetId);
    }

    /// @dev Past expiry an asset does not move (ERC-7829); a sale ends the seller's listing. Readers survive.
    function _update(address to, uint256 assetId, address auth) internal override returns (address from) {
        from = super._update(to, assetId, auth);
        if (from == address(0)) return from;
        _requireAttested(assetId);
        market.assetMoved(assetId);
    }

    function _trait(string memory name, string memory value) private pure returns (bytes memory) {
        return abi.encodePacked('{"trait_type":"', name, '","value":"', value, '"}');
    }

    function _isLeased(uint256 assetId) private view returns (bool) {
        Lessee storage lessee = _lessees[assetId];
        return lessee.account != address(0) && block.timestamp < lessee.until;
    }

    function _requireOwner(uint256 assetId) private view {
        address owner = _requireOwned(assetId);
        require(msg.sender == owner, ERC721IncorrectOwner(msg.sender, assetId, owner));
    }

    function _requireAttested(uint256 assetId) private view {
        uint64 attestedUntil = _capabilities[assetId].attestedUntil;
        require(block.timestamp < attestedUntil, AttestationExpired(assetId, attestedUntil));
    }

    function _requireAttestable(uint256 assetId, uint64 attestedUntil) private view {
        require(block.timestamp < attestedUntil, AttestationExpired(assetId, attestedUntil));
        uint64 limit = uint64(block.timestamp) + ATTESTATION_LIMIT;
        require(attestedUntil <= limit, AttestationTooLong(attestedUntil, limit));
    }
}
