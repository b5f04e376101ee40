// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IAttestations} from "../src/interfaces/IAttestations.sol";
import {IStakePool} from "../src/interfaces/IStakePool.sol";
import {AttestationsHandler} from "./support/AttestationsHandler.sol";
import {deployCode} from "./support/deployCode.sol";
import {vm} from "./support/Vm.sol";

/// @title Whatever owners and attesters do: a score is a quorum's, of strangers, for one manifest, until it expires
contract AttestationsInvariantsTest {
    AttestationsHandler internal handler;

    function setUp() public {
        handler = AttestationsHandler(deployCode("contracts/test/support/AttestationsHandler.sol:AttestationsHandler", ""));
    }

    /// @dev Read by the fuzzer: it calls the handler only.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_attestationsHold() public view {
        string memory broken = handler.broken();
        require(bytes(broken).length == 0, broken);
        _scores();
        _panels();
        _solvency();
    }

    /// An asset has a level exactly as long as a score stands that a quorum made for the manifest it has.
    function _scores() private view {
        for (uint256 assetId = 1; assetId <= handler.ASSETS(); assetId++) {
            (uint256 requestId, uint256 expiresAt, bytes32 manifest) = handler.known(assetId);
            bool stands = requestId != 0 && vm.getBlockTimestamp() < expiresAt
                && handler.asset().capabilityOf(assetId).manifest == manifest;
            (uint8 level,,) = handler.attestations().levelOf(assetId);
            require(level == (stands ? 1 : 0), "a score without its quorum, or past its time, or lost");
        }
    }

    /// Nobody measures its own, and nobody twice.
    function _panels() private view {
        for (uint256 i = 0; i < handler.requestCount(); i++) {
            uint256 id = handler.requests(i);
            address[] memory panel = handler.attestations().panelOf(id);
            address owner = handler.owner(handler.attestations().requestOf(id).assetId);
            for (uint256 j = 0; j < panel.length; j++) {
                require(handler.registry().registeredOwnerOf(panel[j]) != owner, "somebody attests its own asset");
                for (uint256 k = 0; k < j; k++) require(panel[j] != panel[k], "one attester drawn twice");
            }
        }
    }

    /// Stakes, awards and the fees of open requests are there.
    function _solvency() private view {
        IAttestations pool = handler.attestations();
        uint256 owed = pool.creditOf(address(handler)) + pool.creditOf(address(0xdEaD));
        for (uint256 i = 0; i < handler.ATTESTERS(); i++) {
            IStakePool.Stake memory its = pool.stakeDetailsOf(handler.attester(i));
            require(its.active >= its.locked, "less stake than is locked");
            owed += uint256(its.active) + its.unbonding + pool.creditOf(handler.attester(i));
        }
        for (uint256 i = 0; i < 2; i++) owed += pool.creditOf(handler.provider(i));
        for (uint256 i = 0; i < handler.requestCount(); i++) {
            IAttestations.Request memory its = pool.requestOf(handler.requests(i));
            if (!its.done) owed += its.fee;
        }
        require(pool.totalOwed() == owed, "stakes, awards and fees are not what is owed");
        require(handler.token().balanceOf(address(pool)) == owed, "the pool does not hold what it owes");
    }
}
