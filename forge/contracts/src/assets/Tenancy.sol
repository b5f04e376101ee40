// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {IERC4907} from "../interfaces/IERC4907.sol";
import {IERC7829} from "../interfaces/IERC7829.sol";

/// @title Who uses and who reads an asset
/// @dev The user of a leased asset is its lessee, whom only the market sets; both lapse with the lease's time (rule 9).
abstract contract Tenancy is IComputeAsset, ERC721 {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @param leased set by the market, so the owner cannot change it
    struct Tenant {
        address account;
        uint40 until;
        bool leased;
    }

    /// @inheritdoc IComputeAsset
    uint256 public constant readerLimit = 32;

    /// @dev The account of a past tenant stays: its slot is cheaper to write again than a fresh one.
    mapping(uint256 assetId => Tenant) internal _tenants;
    mapping(uint256 assetId => EnumerableSet.AddressSet) private _readers;
    mapping(uint256 assetId => mapping(address reader => uint64)) private _readUntil;

    function _requireAttested(uint256 assetId) internal view virtual;

    // --- readers ---

    /// @inheritdoc IERC7829
    /// @dev Past expiry granting reverts and revoking does not: access could otherwise never be withdrawn. That departs
    /// from the letter of ERC-7829 on purpose.
    function setReader(uint256 assetId, address reader, bool valid) external {
        _setReader(assetId, reader, valid ? type(uint64).max : 0);
    }

    /// @inheritdoc IComputeAsset
    function setReaderUntil(uint256 assetId, address reader, uint64 until) external {
        require(until > block.timestamp, ReaderInThePast(until));
        _setReader(assetId, reader, until);
    }

    /// @inheritdoc IERC7829
    function isReader(uint256 assetId, address reader) public view returns (bool) {
        _requireOwned(assetId);
        return block.timestamp < _readUntil[assetId][reader]
            || (_tenants[assetId].account == reader && _isLeased(assetId));
    }

    /// @inheritdoc IComputeAsset
    function readersOf(uint256 assetId) external view returns (address[] memory readers, uint64[] memory until) {
        _requireOwned(assetId);
        EnumerableSet.AddressSet storage granted = _readers[assetId];
        uint256 length = granted.length();
        readers = new address[](length + 1);
        until = new uint64[](length + 1);
        uint256 found;
        Tenant memory tenant = _tenants[assetId];
        if (_isLeased(assetId)) (readers[0], until[found++]) = (tenant.account, tenant.until);
        for (uint256 i = 0; i < length; i++) {
            address reader = granted.at(i);
            uint64 expiry = _readUntil[assetId][reader];
            if (block.timestamp >= expiry || (found != 0 && reader == readers[0] && tenant.leased)) continue;
            readers[found] = reader;
            until[found++] = expiry;
        }
        assembly ("memory-safe") {
            mstore(readers, found)
            mstore(until, found)
        }
    }

    // --- the user (ERC-4907) ---

    /// @inheritdoc IERC4907
    /// @dev By the owner, while the asset is not leased; a lease takes its place.
    function setUser(uint256 assetId, address user, uint64 expires) external {
        _requireOwner(assetId);
        _requireAttested(assetId);
        require(!_tenants[assetId].leased, AssetLeased(assetId));
        uint40 until = expires > type(uint40).max ? type(uint40).max : uint40(expires);
        _tenants[assetId] = Tenant(user, until, false);
        emit UpdateUser(assetId, user, until);
    }

    /// @inheritdoc IERC4907
    function userOf(uint256 assetId) external view returns (address) {
        Tenant storage tenant = _tenants[assetId];
        return block.timestamp < tenant.until ? tenant.account : address(0);
    }

    /// @inheritdoc IERC4907
    function userExpires(uint256 assetId) external view returns (uint256) {
        return _tenants[assetId].until;
    }

    /// @inheritdoc IComputeAsset
    function lesseeOf(uint256 assetId) external view returns (address lessee, uint64 until) {
        if (_isLeased(assetId)) (lessee, until) = (_tenants[assetId].account, _tenants[assetId].until);
    }

    // --- inside ---

    function _moveIn(uint256 assetId, address lessee, uint64 until) internal {
        _tenants[assetId] = Tenant(lessee, uint40(until), true);
        emit UpdateReader(assetId, lessee, true);
        emit UpdateUser(assetId, lessee, until);
    }

    function _moveOut(uint256 assetId) internal {
        Tenant storage tenant = _tenants[assetId];
        address former = tenant.account;
        (tenant.until, tenant.leased) = (0, false);
        if (block.timestamp >= _readUntil[assetId][former]) emit UpdateReader(assetId, former, false);
        emit UpdateUser(assetId, address(0), 0);
    }

    /// @dev A sale ends what the seller allowed its own user; a lessee stays (rule 8).
    function _dropUser(uint256 assetId) internal {
        Tenant storage tenant = _tenants[assetId];
        if (tenant.leased || tenant.until == 0) return;
        tenant.until = 0;
        emit UpdateUser(assetId, address(0), 0);
    }

    function _isLeased(uint256 assetId) internal view returns (bool) {
        Tenant storage tenant = _tenants[assetId];
        return tenant.leased && block.timestamp < tenant.until;
    }

    function _requireOwner(uint256 assetId) internal view {
        address owner = _requireOwned(assetId);
        require(msg.sender == owner, ERC721IncorrectOwner(msg.sender, assetId, owner));
    }

    function _setReader(uint256 assetId, address reader, uint64 until) private {
        _requireOwner(assetId);
        require(!(_isLeased(assetId) && _tenants[assetId].account == reader), AssetLeased(assetId));
        EnumerableSet.AddressSet storage granted = _readers[assetId];
        if (until != 0) {
            _requireAttested(assetId);
            if (!granted.contains(reader)) {
                if (granted.length() == readerLimit) _makeRoom(assetId, granted);
                granted.add(reader);
            }
        } else {
            granted.remove(reader);
        }
        _readUntil[assetId][reader] = until;
        emit UpdateReader(assetId, reader, until != 0);
    }

    /// @dev Takes the first grant that has lapsed off the list: a look at no more than `readerLimit` entries.
    function _makeRoom(uint256 assetId, EnumerableSet.AddressSet storage granted) private {
        for (uint256 i = 0; i < readerLimit; i++) {
            address reader = granted.at(i);
            if (block.timestamp < _readUntil[assetId][reader]) continue;
            granted.remove(reader);
            return;
        }
        revert TooManyReaders(readerLimit);
    }
}
