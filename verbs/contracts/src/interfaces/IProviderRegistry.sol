// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IStakePool} from "./IStakePool.sol";

/// @title Providers, their stake, and the hot keys of their nodes
interface IProviderRegistry is IStakePool {
    /// @notice What a hot key may do; bits of its scopes. A new node has all of them.
    /// START 1: start a lease. CAPTURE 2: sign receipts that are captured. TICK 4: sign ticks and heartbeats.
    event ProviderRegistered(address indexed provider);
    event NodeAdded(address indexed provider, address indexed node);
    event NodeRevoked(address indexed provider, address indexed node);
    event NodeScopesSet(address indexed provider, address indexed node, uint8 scopes);
    event OwnerBound(address indexed account, address indexed owner);
    event StakeLocked(address indexed provider, bytes32 indexed id, uint256 amount);
    event StakeUnlocked(address indexed provider, bytes32 indexed id, uint256 amount);

    error NodeTaken(address node, address provider);
    error NotYourNode(address node, address provider);
    error BadPairingSignature(address node);
    error PairingExpired(uint256 timestamp, uint256 deadline);
    error UnknownScopes(uint8 scopes);
    error OnlyMarket(address caller);
    error OnlyCourt(address caller);
    error OnlyMarketOrCourt(address caller);
    error AlreadyLocked(bytes32 id);
    error NotTheLocker(bytes32 id, address locker);
    error OwnerAlreadyBound(address account, address owner);
    error OwnerNotOffered(address account, address owner);

    /// @notice Registers the caller (once) and adds a node that signed EIP-712 `Pairing(address provider,address node,uint256 deadline)`.
    /// What is sent along goes to the node's key, which pays its own gas.
    function addNode(address node, uint256 deadline, bytes calldata signature) external payable;
    /// @notice Takes effect at once and for ever: a revoked node starts no lease and its assets take none.
    function revokeNode(address node) external;
    /// @notice Narrows or widens what a node's key may do, at once.
    function setScopes(address node, uint8 scopes) external;
    function isProvider(address account) external view returns (bool);
    /// @notice The node's provider, zero once revoked.
    function providerOf(address node) external view returns (address);
    function scopesOf(address node) external view returns (uint8);
    function canStart(address node) external view returns (bool);
    function canCapture(address node) external view returns (bool);
    function canTick(address node) external view returns (bool);

    /// @notice Says who stands behind the caller's account; counts once that owner called `acceptOwned`. For ever.
    function offerOwner(address owner) external;
    function acceptOwned(address account) external;
    /// @notice Who stands behind an account: of a node (revoked ones too) its provider's owner; else the bound owner; else itself.
    function registeredOwnerOf(address account) external view returns (address);

    /// @return free   stake that backs nothing yet, without what is unbonding
    /// @return locked stake that backs open leases and cases
    function stakeOf(address provider) external view returns (uint256 free, uint256 locked);
    /// @notice Market or court: keeps stake from leaving until `unlock` of the same id by the same caller.
    function lock(address provider, bytes32 leaseId, uint256 amount) external;
    /// @notice Whoever locked. Unknown ids are ignored: unlocking must never stop a lease from closing.
    function unlock(bytes32 leaseId) external;
    /// @notice Whose stake is locked for this id by this locker, and how much of it is left.
    function lockOf(address locker, bytes32 id) external view returns (address provider, uint256 amount);
    /// @notice Market only: a fault that the chain sees by itself. At most what is still locked for the lease; to `to`'s credit.
    function penalise(bytes32 leaseId, uint256 amount, address to) external returns (uint256 taken);
    /// @notice Court only, after a ruling about this lease: what the market still holds for it.
    function slashLease(bytes32 leaseId, uint256 amount, address to) external returns (uint256 taken);
    /// @notice Court only, after a ruling: free stake first, then unbonding; never what backs other leases.
    function slash(address provider, uint256 amount, address to) external returns (uint256 taken);
}
