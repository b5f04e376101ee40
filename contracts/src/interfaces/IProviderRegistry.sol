// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title Providers and the hot keys of their nodes
interface IProviderRegistry {
    event ProviderRegistered(address indexed provider);
    event NodeAdded(address indexed provider, address indexed node);
    event NodeRevoked(address indexed provider, address indexed node);

    error NodeTaken(address node, address provider);
    error NotYourNode(address node, address provider);
    error BadPairingSignature(address node);
    error PairingExpired(uint256 timestamp, uint256 deadline);

    /// @notice Registers the caller (once) and adds a node that signed EIP-712 `Pairing(address provider,address node,uint256 deadline)`.
    /// What is sent along goes to the node's key, which pays its own gas.
    function addNode(address node, uint256 deadline, bytes calldata signature) external payable;
    /// @notice Takes effect at once: a revoked node starts no lease and its assets take none.
    function revokeNode(address node) external;
    function isProvider(address account) external view returns (bool);
    function providerOf(address node) external view returns (address);
}
