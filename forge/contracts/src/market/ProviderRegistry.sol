// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {StakePool} from "./StakePool.sol";

/// @title Providers, their stake, and the hot keys of their nodes
contract ProviderRegistry is IProviderRegistry, StakePool, EIP712 {
    using SafeCast for uint256;

    struct Lock {
        address provider;
        uint128 amount;
    }

    bytes32 private constant PAIRING_TYPEHASH = keccak256("Pairing(address provider,address node,uint256 deadline)");
    uint8 private constant START = 1;
    uint8 private constant CAPTURE = 2;
    uint8 private constant TICK = 4;
    uint8 private constant ALL = START | CAPTURE | TICK;

    address public immutable market;
    address public immutable court;

    /// @inheritdoc IProviderRegistry
    mapping(address account => bool) public isProvider;

    /// @dev Never cleared: a key that was revoked may be stolen and pairs with nobody again.
    mapping(address node => address) private _firstProviderOf;
    /// @dev Zero for a revoked node.
    mapping(address node => uint8) private _scopes;
    mapping(address account => address) private _owners;
    mapping(address account => address) private _offers;
    mapping(address locker => mapping(bytes32 id => Lock)) private _locks;

    modifier onlyMarketOrCourt() {
        require(msg.sender == market || msg.sender == court, OnlyMarketOrCourt(msg.sender));
        _;
    }

    constructor(address stakeToken_, IParameters parameters_, address market_, address court_)
        StakePool(stakeToken_, parameters_)
        EIP712("Gristmill Registry", "1")
    {
        market = market_;
        court = court_;
    }

    // --- nodes ---

    /// @inheritdoc IProviderRegistry
    function addNode(address node, uint256 deadline, bytes calldata signature) external payable {
        require(block.timestamp <= deadline, PairingExpired(block.timestamp, deadline));
        require(_firstProviderOf[node] == address(0), NodeTaken(node, _firstProviderOf[node]));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PAIRING_TYPEHASH, msg.sender, node, deadline)));
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(signer == node && node != address(0), BadPairingSignature(node));

        _firstProviderOf[node] = msg.sender;
        _scopes[node] = ALL;
        if (!isProvider[msg.sender]) {
            isProvider[msg.sender] = true;
            emit ProviderRegistered(msg.sender);
        }
        emit NodeAdded(msg.sender, node);
        if (msg.value != 0) Address.sendValue(payable(node), msg.value);
    }

    /// @inheritdoc IProviderRegistry
    function revokeNode(address node) external {
        _requireMine(node);
        _scopes[node] = 0;
        emit NodeRevoked(msg.sender, node);
    }

    /// @inheritdoc IProviderRegistry
    function setScopes(address node, uint8 scopes) external {
        _requireMine(node);
        // Zero is `revokeNode`'s, which is for ever.
        require(scopes != 0 && scopes <= ALL, UnknownScopes(scopes));
        _scopes[node] = scopes;
        emit NodeScopesSet(msg.sender, node, scopes);
    }

    /// @inheritdoc IProviderRegistry
    function providerOf(address node) public view returns (address) {
        return _scopes[node] == 0 ? address(0) : _firstProviderOf[node];
    }

    /// @inheritdoc IProviderRegistry
    function scopesOf(address node) external view returns (uint8) {
        return _scopes[node];
    }

    /// @inheritdoc IProviderRegistry
    function canStart(address node) external view returns (bool) {
        return _scopes[node] & START != 0;
    }

    /// @inheritdoc IProviderRegistry
    function canCapture(address node) external view returns (bool) {
        return _scopes[node] & CAPTURE != 0;
    }

    /// @inheritdoc IProviderRegistry
    function canTick(address node) external view returns (bool) {
        return _scopes[node] & TICK != 0;
    }

    // --- who stands behind an account ---

    /// @inheritdoc IProviderRegistry
    function offerOwner(address owner) external {
        require(_owners[msg.sender] == address(0), OwnerAlreadyBound(msg.sender, _owners[msg.sender]));
        _offers[msg.sender] = owner;
    }

    /// @inheritdoc IProviderRegistry
    /// @dev Both sides agree: nobody can name a stranger as its owner to keep that stranger off its panel.
    function acceptOwned(address account) external {
        require(_offers[account] == msg.sender, OwnerNotOffered(account, msg.sender));
        delete _offers[account];
        _owners[account] = msg.sender;
        emit OwnerBound(account, msg.sender);
    }

    /// @inheritdoc IProviderRegistry
    function registeredOwnerOf(address account) external view returns (address) {
        address provider = _firstProviderOf[account];
        if (provider != address(0)) account = provider;
        address owner = _owners[account];
        return owner == address(0) ? account : owner;
    }

    // --- stake ---

    /// @inheritdoc IProviderRegistry
    function stakeOf(address provider) external view returns (uint256 free, uint256 locked) {
        return (_freeOf(provider), _stakes[provider].locked);
    }

    /// @inheritdoc IProviderRegistry
    function lock(address provider, bytes32 id, uint256 amount) external onlyMarketOrCourt {
        if (amount == 0) return;
        Lock storage held = _locks[msg.sender][id];
        require(held.provider == address(0), AlreadyLocked(id));
        uint256 free = _freeOf(provider);
        require(amount <= free, InsufficientStake(provider, amount, free));
        _stakes[provider].locked += amount.toUint128();
        (held.provider, held.amount) = (provider, amount.toUint128());
        emit StakeLocked(provider, id, amount);
    }

    /// @inheritdoc IProviderRegistry
    function unlock(bytes32 id) external {
        Lock memory held = _locks[msg.sender][id];
        if (held.provider == address(0)) return;
        delete _locks[msg.sender][id];
        _stakes[held.provider].locked -= held.amount;
        emit StakeUnlocked(held.provider, id, held.amount);
    }

    /// @inheritdoc IProviderRegistry
    function lockOf(address locker, bytes32 id) external view returns (address provider, uint256 amount) {
        Lock storage held = _locks[locker][id];
        return (held.provider, held.amount);
    }

    /// @inheritdoc IProviderRegistry
    function penalise(bytes32 leaseId, uint256 amount, address to) external returns (uint256 taken) {
        require(msg.sender == market, OnlyMarket(msg.sender));
        return _takeLocked(leaseId, amount, to);
    }

    /// @inheritdoc IProviderRegistry
    function slashLease(bytes32 leaseId, uint256 amount, address to) external returns (uint256 taken) {
        require(msg.sender == court, OnlyCourt(msg.sender));
        return _takeLocked(leaseId, amount, to);
    }

    /// @inheritdoc IProviderRegistry
    function slash(address provider, uint256 amount, address to) external returns (uint256 taken) {
        require(msg.sender == court, OnlyCourt(msg.sender));
        return _slash(provider, amount, to);
    }

    /// @dev At most what the market holds for this lease.
    function _takeLocked(bytes32 leaseId, uint256 amount, address to) private returns (uint256 taken) {
        Lock storage held = _locks[market][leaseId];
        taken = Math.min(amount, held.amount);
        if (taken == 0) return 0;
        held.amount -= taken.toUint128();
        _slashLocked(held.provider, taken, to);
    }

    function _requireMine(address node) private view {
        address provider = providerOf(node);
        require(provider == msg.sender, NotYourNode(node, provider));
    }
}
