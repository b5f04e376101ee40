// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IAttestations} from "../../src/interfaces/IAttestations.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// @title Asset owners, attesters and those who would like a score for nothing, at random
/// @dev Attester 0 belongs to provider 0, whose assets it must never measure.
contract AttestationsHandler is World {
    uint256 public constant ATTESTERS = 7;
    uint256 private constant KEY = 0xA77E57;

    /// What the test knows of an asset's score.
    struct Known {
        uint256 requestId;
        uint256 expiresAt;
        bytes32 manifest;
    }

    uint256[] public requests;
    mapping(uint256 assetId => uint256) public pending;
    mapping(uint256 assetId => Known) public known;
    string public broken;
    uint256 public done;

    modifier counted() {
        _;
        done++;
    }

    constructor() {
        for (uint256 i = 0; i < ATTESTERS; i++) {
            _give(attester(i), address(attestations), 1000 * USD);
            vm.prank(attester(i));
            attestations.stake(500 * USD);
        }
        for (uint256 i = 0; i < PROVIDERS; i++) _give(provider(i), address(attestations), 1_000_000 * USD);
        vm.prank(attester(0));
        registry.offerOwner(provider(0));
        vm.prank(provider(0));
        registry.acceptOwned(attester(0));
        _pass(1 minutes);
    }

    function attester(uint256 which) public pure returns (address) {
        return vm.addr(KEY + which % ATTESTERS);
    }

    function owner(uint256 assetId) public pure returns (address) {
        return provider(assetId == 4 ? 1 : 0);
    }

    // --- the ordinary way ---

    function request(uint256 seed) public counted {
        uint256 assetId = seed % ASSETS + 1;
        if (pending[assetId] != 0) return _progress(assetId, seed);
        vm.prank(owner(assetId));
        pending[assetId] = attestations.request(assetId);
        requests.push(pending[assetId]);
    }

    function submit(uint256 seed) external counted {
        uint256 assetId = seed % ASSETS + 1;
        if (pending[assetId] == 0) return request(seed);
        _progress(assetId, seed);
    }

    function close(uint256 seed) external counted {
        uint256 assetId = seed % ASSETS + 1;
        if (pending[assetId] == 0) return request(seed);
        if (_now() <= attestations.requestOf(pending[assetId]).deadline) return _progress(assetId, seed);
        attestations.close(pending[assetId]);
        pending[assetId] = 0;
    }

    // --- attempts ---

    function cheatSubmit(uint256 seed) external counted {
        uint256 assetId = seed % ASSETS + 1;
        uint256 id = pending[assetId];
        if (id == 0) return request(seed);
        if (attestations.requestOf(id).seed == 0) return _progress(assetId, seed);
        IAttestations.SignedResult[] memory results = _honest(id, seed);
        uint256 kind = (seed >> 128) % 6;
        string memory what;
        if (kind == 0) {
            assembly ("memory-safe") {
                mstore(results, 2)
            }
            what = "two attesters made a score";
        } else if (kind == 1) {
            for (uint256 i = 1; i < results.length; i++) results[i] = results[0];
            what = "one attester made a quorum";
        } else if (kind == 2) {
            results[0] = _result(id, results[0].attester, _measures(2000));
            what = "attesters that disagree made a score";
        } else if (kind == 3) {
            results[0].measures = _measures(1001);
            results[0].signature = results[1].signature;
            what = "a forged signature made a score";
        } else if (kind == 4) {
            uint256 deadline = attestations.requestOf(id).deadline;
            if (_now() <= deadline) _pass(deadline - _now() + 1);
            what = "results after the deadline made a score";
        } else {
            address outsider = _outsider(id);
            if (outsider == address(0)) return;
            results[0] = _result(id, outsider, _measures(1000));
            _sort(results);
            what = "somebody who was not drawn attested";
        }
        try attestations.submit(id, results) {
            broken = what;
        } catch {}
    }

    function report(uint256 seed) external counted {
        if (requests.length == 0) return request(seed);
        uint256 id = requests[seed % requests.length];
        address[] memory panel = attestations.panelOf(id);
        if (panel.length == 0) return request(seed);
        address who = panel[(seed >> 8) % panel.length];
        uint256 before = attestations.stakeDetailsOf(who).active;
        if (seed % 2 == 0) {
            bool honest = (seed >> 16) % 2 == 0;
            try attestations.reportOutlier(id, _result(id, who, _measures(honest ? 1000 : 3000))) {
                if (honest) broken = "an honest attester was punished";
            } catch {}
        } else {
            try attestations.reportEquivocation(id, _result(id, who, _measures(1000)), _result(id, who, _measures(1002))) {
                uint256 assetId = attestations.requestOf(id).assetId;
                if (known[assetId].requestId == id) delete known[assetId];
                if (before - attestations.stakeDetailsOf(who).active > 100 * USD) broken = "a punishment above the least stake";
            } catch {}
        }
    }

    // --- stake, manifests, time ---

    function restake(uint256 seed, uint256 amount) external counted {
        address who = attester(seed);
        uint256 active = attestations.stakeDetailsOf(who).active;
        if (seed % 2 == 0 && active > 300 * USD) {
            vm.prank(who);
            attestations.unbond(amount % (100 * USD) + 1);
        } else {
            _give(who, address(attestations), 100 * USD);
            vm.prank(who);
            attestations.stake(100 * USD);
        }
    }

    function renew(uint256 seed) external counted {
        uint256 assetId = seed % ASSETS + 1;
        bytes32 manifest = seed % 3 == 0 ? keccak256(abi.encode(seed)) : asset.capabilityOf(assetId).manifest;
        vm.prank(owner(assetId));
        asset.renew(assetId, manifest, uint64(_now() + 60 days));
    }

    function passTime(uint256 seed) external counted {
        _pass(seed % 8 == 0 ? seed % 60 hours : seed % 9 minutes);
    }

    // --- reads ---

    function requestCount() external view returns (uint256) {
        return requests.length;
    }

    // --- inside ---

    function _progress(uint256 assetId, uint256 seed) private {
        uint256 id = pending[assetId];
        IAttestations.Request memory its = attestations.requestOf(id);
        if (_now() > its.deadline) {
            attestations.close(id);
            pending[assetId] = 0;
        } else if (its.seed == 0) {
            if (vm.getBlockNumber() <= its.seedBlock) vm.roll(its.seedBlock + 1);
            attestations.fixSeed(id);
        } else {
            attestations.submit(id, _honest(id, seed));
            known[assetId] = Known(id, attestations.scoreOf(assetId).expiresAt, its.manifest);
            pending[assetId] = 0;
        }
    }

    /// @dev The whole panel measures about the same.
    function _honest(uint256 id, uint256 seed) private view returns (IAttestations.SignedResult[] memory results) {
        address[] memory panel = attestations.panelOf(id);
        results = new IAttestations.SignedResult[](panel.length);
        for (uint256 i = 0; i < panel.length; i++) {
            results[i] = _result(id, panel[i], _measures(990 + uint256(keccak256(abi.encode(seed, i))) % 20));
        }
        _sort(results);
    }

    function _measures(uint256 speed) private pure returns (IAttestations.Measures memory) {
        return IAttestations.Measures(uint64(speed), uint64(2 * speed), uint64(4 * speed), 1 << 36, uint32(speed), 64, uint32(speed));
    }

    function _result(uint256 id, address who, IAttestations.Measures memory measures)
        private
        view
        returns (IAttestations.SignedResult memory)
    {
        IAttestations.Request memory its = attestations.requestOf(id);
        bytes memory members =
            "Measures(uint64 fp32Gflops,uint64 fp16Gflops,uint64 int8Gops,uint64 vramBytes,uint32 memoryGBps,uint32 cpuCores,uint32 networkMbps)";
        bytes32 inner = keccak256(abi.encode(keccak256(members), measures));
        bytes32 typehash =
            keccak256(bytes.concat("Result(uint256 requestId,uint256 assetId,bytes32 seed,Measures measures)", members));
        bytes32 hash = keccak256(abi.encode(typehash, id, its.assetId, its.seed, inner));
        uint256 key;
        for (uint256 i = 0; i < ATTESTERS; i++) if (attester(i) == who) key = KEY + i;
        return IAttestations.SignedResult(who, measures, _sign(key, "Gristmill Attestations", address(attestations), hash));
    }

    function _outsider(uint256 id) private view returns (address) {
        address[] memory panel = attestations.panelOf(id);
        for (uint256 i = 0; i < ATTESTERS; i++) {
            bool drawn;
            for (uint256 j = 0; j < panel.length; j++) drawn = drawn || panel[j] == attester(i);
            if (!drawn) return attester(i);
        }
        return address(0);
    }

    function _sort(IAttestations.SignedResult[] memory results) private pure {
        for (uint256 i = 1; i < results.length; i++) {
            for (uint256 j = i; j > 0 && results[j - 1].attester > results[j].attester; j--) {
                (results[j - 1], results[j]) = (results[j], results[j - 1]);
            }
        }
    }
}
