// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {AssetHandler} from "./support/AssetHandler.sol";
import {FuzzSelector, deployCode} from "./support/deployCode.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever owners do: one lessee for an asset and its hardware, and everybody reads exactly as long as was granted
contract ComputeAssetInvariantsTest {
    AssetHandler internal handler;

    function setUp() public {
        handler = AssetHandler(deployCode("contracts/test/support/AssetHandler.sol:AssetHandler", ""));
    }

    /// @dev Read by the fuzzer: the handler's verbs, without those of payments.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory verbs = new bytes4[](15);
        (verbs[0], verbs[1], verbs[2], verbs[3]) =
            (handler.occupy.selector, handler.occupy.selector, handler.prolong.selector, handler.vacate.selector);
        (verbs[4], verbs[5], verbs[6], verbs[7]) =
            (handler.grant.selector, handler.grant.selector, handler.revoke.selector, handler.setUser.selector);
        (verbs[8], verbs[9], verbs[10], verbs[11]) =
            (handler.sell.selector, handler.renew.selector, handler.retire.selector, handler.burn.selector);
        (verbs[12], verbs[13], verbs[14]) = (handler.cheat.selector, handler.passTime.selector, handler.passTime.selector);
        targets[0] = FuzzSelector(address(handler), verbs);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_assetHolds() public view {
        string memory broken = handler.broken();
        require(bytes(broken).length == 0, broken);
        uint256 busy;
        for (uint256 assetId = 1; assetId <= handler.ASSETS(); assetId++) {
            if (handler.burnt(assetId)) continue;
            bool leased = handler.leased(assetId);
            require(handler.asset().standingOf(assetId).leased == leased, "leased without a lease, or the reverse");
            if (leased) {
                require(busy & handler.unitsOf(assetId) == 0, "two leases on one piece of hardware");
                busy |= handler.unitsOf(assetId);
            }
            _lessee(assetId, leased && vm.getBlockTimestamp() < handler.until(assetId));
            _readers(assetId);
        }
        require(handler.asset().busyUnitsOf(handler.node(0)) == busy, "busy units differ from leases");
    }

    function _lessee(uint256 assetId, bool runs) private view {
        (address lessee, uint64 until) = handler.asset().lesseeOf(assetId);
        require(lessee == (runs ? handler.lessee(assetId) : address(0)), "another lessee, or one past its time");
        require(!runs || until == handler.until(assetId), "the lessee's time is another");
        require(!runs || handler.asset().userOf(assetId) == lessee, "the lessee is not the user");
    }

    /// Everybody reads as long as the owner granted or its lease runs, and the list says the same.
    function _readers(uint256 assetId) private view {
        (address[] memory list,) = handler.asset().readersOf(assetId);
        (address lessee,) = handler.asset().lesseeOf(assetId);
        uint256 count;
        for (uint256 i = 0; i < handler.READERS(); i++) {
            address reader = handler.reader(i);
            bool reads = vm.getBlockTimestamp() < handler.readUntil(assetId, reader) || (lessee == reader && lessee != address(0));
            require(handler.asset().isReader(assetId, reader) == reads, "reads past its time, or cannot read within it");
            if (reads) count++;
        }
        bool extra = lessee != address(0) && lessee != handler.reader(0);
        require(list.length == count + (extra ? 1 : 0), "the list of readers differs from who reads");
    }
}
