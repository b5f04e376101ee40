// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";

/// @title Providers and the hot keys of their nodes
contract ProviderRegistry is IProviderRegistry, EIP712 {
    bytes32 private constant PAIRING_TYPEHASH = keccak256("Pairing(address provider,address node,uint256 deadline)");

    /// @inheritdoc IProviderRegistry
    mapping(address account => bool) public isProvider;

    /// @dev Never cleared: a key that was revoked may be stolen and pairs with nobody again.
    mapping(address node => address) private _firstProviderOf;
    mapping(address node => bool) private _revoked;

    constructor() EIP712("Gristmill Registry", "1") {}

    /// @inheritdoc IProviderRegistry
    function addNode(address node, uint256 deadline, bytes calldata signature) external payable {
        require(block.timestamp <= deadline, PairingExpired(block.timestamp, deadline));
        require(_firstProviderOf[node] == address(0), NodeTaken(node, _firstProviderOf[node]));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PAIRING_TYPEHASH, msg.sender, node, deadline)));
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(signer == node && node != address(0), BadPairingSignature(node));

        _firstProviderOf[node] = msg.sender;
        if (!isProvider[msg.sender]) {
            isProvider[msg.sender] = true;
            emit ProviderRegistered(msg.sender);
        }
        emit NodeAdded(msg.sender, node);
        if (msg.value != 0) Address.sendValue(payable(node), msg.value);
    }

    /// @inheritdoc IProviderRegistry
    function revokeNode(address node) external {
        address provider = providerOf(node);
        require(provider == msg.sender, NotYourNode(node, provider));
        _revoked[node] = true;
        emit NodeRevoked(provider, node);
    }

    /// @inheritdoc IProviderRegistry
    function providerOf(address node) public view returns (address) {
        return _revoked[node] ? address(0) : _firstProviderOf[node];
    }
}
