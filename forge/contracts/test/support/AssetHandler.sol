// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IComputeAsset} from "../../src/interfaces/IComputeAsset.sol";
import {Requirements} from "../../src/interfaces/ITerms.sol";
import {Payments} from "./Payments.sol";
import {vm} from "./Vm.sol";

/// @title Owners, readers, buyers of assets, and a market that leases them, at random
/// @dev Keeps its own books of who leases and who reads what until when, to compare the contract's with.
contract AssetHandler is Payments {
    uint256 public constant READERS = 4;

    mapping(uint256 assetId => bool) public leased;
    mapping(uint256 assetId => address) public lessee;
    mapping(uint256 assetId => uint256) public until;
    mapping(uint256 assetId => mapping(address reader => uint256)) public readUntil;
    mapping(uint256 assetId => bool) public retired;
    mapping(uint256 assetId => bool) public burnt;

    function reader(uint256 which) public pure returns (address) {
        return which % READERS == 0 ? buyer(0) : address(uint160(0x4EAD + which % READERS));
    }

    // --- the market ---

    function occupy(uint256 seed, uint256 time) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        if (leased[assetId]) return _vacate(assetId);
        if (_now() + 2 hours > asset.expireByTokenId(assetId)) return _renew(assetId);
        bool shared = asset.busyUnitsOf(asset.capabilityOf(assetId).node) & unitsOf(assetId) != 0;
        if (shared || retired[assetId]) {
            // Must not go through: the hardware is somebody else's now, or the asset is out of service.
            if (_tryOccupy(assetId, buyer(seed), uint64(_now() + 1 hours))) broken = "leased though its hardware is, or retired";
            return;
        }
        uint64 end = uint64(_now() + time % 2 hours + 1);
        if (!_tryOccupy(assetId, buyer(seed), end)) broken = "a free asset could not be leased";
        (leased[assetId], lessee[assetId], until[assetId]) = (true, buyer(seed), end);
    }

    function prolong(uint256 seed, uint256 time) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0 || !leased[assetId]) return _pass(1);
        uint64 end = uint64(_now() + time % 1 hours + 1);
        if (end > asset.expireByTokenId(assetId)) return _renew(assetId);
        vm.prank(address(market));
        asset.prolong(assetId, end);
        until[assetId] = end;
    }

    function vacate(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId != 0 && leased[assetId]) _vacate(assetId);
        else _pass(1 minutes);
    }

    // --- the owner ---

    function grant(uint256 seed, uint256 time) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        if (_now() >= asset.expireByTokenId(assetId)) return _renew(assetId);
        address who = reader(seed >> 8);
        bool its = _runs(assetId) && lessee[assetId] == who;
        uint64 end = seed % 5 == 0 ? type(uint64).max : uint64(_now() + time % 3 hours + 1);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.setReaderUntil(assetId, who, end) {
            if (its) broken = "the owner changed the lessee's reader";
            readUntil[assetId][who] = end;
        } catch {
            if (!its) broken = "an owner could not grant a reader";
        }
    }

    function revoke(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        address who = reader(seed >> 8);
        bool its = _runs(assetId) && lessee[assetId] == who;
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.setReader(assetId, who, false) {
            if (its) broken = "the owner took the lessee's access away";
            readUntil[assetId][who] = 0;
        } catch {
            if (!its) broken = "access could not be withdrawn";
        }
    }

    function setUser(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        if (_now() >= asset.expireByTokenId(assetId)) return _renew(assetId);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.setUser(assetId, STRANGER, uint64(_now() + 1 hours)) {
            if (leased[assetId]) broken = "the owner took the place of the lessee";
        } catch {
            if (!leased[assetId]) broken = "an owner could not name a user";
        }
    }

    function sell(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        address owner = IERC721(address(asset)).ownerOf(assetId);
        bool expired = _now() >= asset.expireByTokenId(assetId);
        vm.prank(owner);
        try IERC721(address(asset)).transferFrom(owner, owner == provider(0) ? provider(1) : provider(0), assetId) {
            if (expired) broken = "an asset was sold past its expiry";
        } catch {
            if (!expired) broken = "an owner could not sell";
        }
    }

    function renew(uint256 seed, bytes32 manifest) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        if (seed % 4 != 0) return _renew(assetId);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.renew(assetId, manifest | bytes32(uint256(1)), uint64(_now() + 2 days)) {
            if (_runs(assetId)) broken = "a leased asset became another";
        } catch {}
    }

    function retire(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0 || retired[assetId] || seed % 16 != 0) return _pass(1);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        asset.retire(assetId);
        retired[assetId] = true;
    }

    function burn(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.burn(assetId) {
            if (leased[assetId] || !retired[assetId]) broken = "an asset was burnt in service";
            burnt[assetId] = true;
        } catch {}
    }

    function cheat(uint256 seed) external counted {
        uint256 assetId = _living(seed);
        if (assetId == 0) return _pass(1);
        Requirements memory any;
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        try asset.occupy(assetId, any, STRANGER, uint64(_now() + 1)) {
            broken = "somebody else than the market leased an asset";
        } catch {}
        vm.prank(STRANGER);
        try asset.setReader(assetId, STRANGER, true) {
            broken = "a stranger granted itself access";
        } catch {}
    }

    function passTime(uint256 seed) external counted {
        _pass(seed % 40 minutes);
    }

    // --- inside ---

    function _tryOccupy(uint256 assetId, address who, uint64 end) private returns (bool ok) {
        Requirements memory any;
        vm.prank(address(market));
        try asset.occupy(assetId, any, who, end) {
            ok = true;
        } catch {}
    }

    function _vacate(uint256 assetId) private {
        vm.prank(address(market));
        asset.vacate(assetId);
        (leased[assetId], until[assetId]) = (false, 0);
    }

    function _renew(uint256 assetId) private {
        IComputeAsset.Capability memory its = asset.capabilityOf(assetId);
        vm.prank(IERC721(address(asset)).ownerOf(assetId));
        uint64 end = uint64(_now() + 3 days);
        asset.renew(assetId, its.manifest, end > its.attestedUntil ? end : its.attestedUntil);
    }

    function _runs(uint256 assetId) private view returns (bool) {
        return leased[assetId] && _now() < until[assetId];
    }

    function _living(uint256 seed) private view returns (uint256) {
        for (uint256 i = 0; i < ASSETS; i++) {
            uint256 assetId = (seed % ASSETS + i) % ASSETS + 1;
            if (!burnt[assetId]) return assetId;
        }
        return 0;
    }
}
