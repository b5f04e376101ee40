// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IAssetPicture} from "../interfaces/IAssetPicture.sol";
import {IComputeAsset} from "../interfaces/IComputeAsset.sol";
import {Text} from "./Text.sol";

/// @title Metadata of an asset as data URIs: nothing to host, nothing to lose
/// @dev Every string that somebody chose goes through `Text.escape` here, whatever was checked before.
contract AssetPicture is IAssetPicture {
    string private constant INK = "#1C1A17";
    string private constant MUTED = "#6B665E";

    /// @inheritdoc IAssetPicture
    function uri(Facts memory facts) external pure returns (string memory) {
        facts.label = Text.escape(bytes(facts.label));
        facts.className = _className(facts);
        bytes memory json = abi.encodePacked(
            '{"name":"',
            _title(facts),
            '","description":"Compute on the Gristmill market: leased by the second, paid for what is proven.","image":"data:image/svg+xml;base64,',
            Base64.encode(_svg(facts)),
            '","attributes":[',
            _attributes(facts),
            "]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    function _attributes(Facts memory facts) private pure returns (bytes memory) {
        IComputeAsset.Capability memory capability = facts.capability;
        return abi.encodePacked(
            _trait("GPU class", facts.className),
            ",",
            _trait("GPUs", Strings.toString(capability.gpuCount)),
            ",",
            _trait("Memory bytes", Strings.toString(capability.memoryBytes)),
            ",",
            _trait("Region", _region(capability.region)),
            ",",
            _trait("State", facts.state),
            ",",
            _trait("Attestation", _level(facts.level)),
            ",",
            _trait("Manifest", Strings.toHexString(uint256(capability.manifest), 32)),
            ",",
            _trait("Attested until", Strings.toString(capability.attestedUntil))
        );
    }

    function _svg(Facts memory facts) private pure returns (bytes memory) {
        IComputeAsset.Capability memory capability = facts.capability;
        return abi.encodePacked(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="system-ui,sans-serif">'
            '<rect width="400" height="400" fill="#FAF8F4"/><rect x="24" y="24" width="352" height="352" rx="6" fill="#FFFFFF" stroke="#E6E0D6"/>',
            _stone(facts.state),
            _line(236, 22, INK, _title(facts)),
            _line(268, 16, INK, facts.className),
            _line(
                292,
                14,
                MUTED,
                string.concat(
                    Strings.toString(capability.gpuCount), " GPU / ", _gib(capability.memoryBytes), " GiB / ", _region(capability.region)
                )
            ),
            _line(324, 14, _colour(facts.state), facts.state),
            _line(348, 12, MUTED, _level(facts.level)),
            "</svg>"
        );
    }

    /// @dev A millstone seen from above, rimmed in the colour of the state.
    function _stone(string memory state) private pure returns (bytes memory) {
        return abi.encodePacked(
            '<g fill="none" stroke="#B7791F" stroke-width="3"><circle cx="104" cy="120" r="56" stroke="',
            _colour(state),
            '" stroke-width="6"/><circle cx="104" cy="120" r="12"/>'
            '<path d="M104 108V70M104 132v38M92 120H54M116 120h38M95 111 68 84M113 129l27 27M113 111l27-27M95 129l-27 27"/></g>'
        );
    }

    function _line(uint256 y, uint256 size, string memory colour, string memory text) private pure returns (bytes memory) {
        return abi.encodePacked(
            '<text x="48" y="', Strings.toString(y), '" font-size="', Strings.toString(size), '" fill="', colour, '">', text, "</text>"
        );
    }

    function _title(Facts memory facts) private pure returns (string memory) {
        string memory number = string.concat("#", Strings.toString(facts.assetId));
        return bytes(facts.label).length == 0
            ? string.concat("Gristmill compute asset ", number)
            : string.concat(facts.label, " ", number);
    }

    function _className(Facts memory facts) private pure returns (string memory) {
        if (bytes(facts.className).length != 0) return Text.escape(bytes(facts.className));
        if (facts.capability.gpuClass == 0) return "CPU";
        return Strings.toHexString(uint256(facts.capability.gpuClass), 32);
    }

    function _region(bytes2 region) private pure returns (string memory) {
        return region == 0 ? "anywhere" : Text.escape(abi.encodePacked(region));
    }

    function _gib(uint256 memoryBytes) private pure returns (string memory) {
        return Strings.toString(memoryBytes >> 30);
    }

    function _level(uint8 level) private pure returns (string memory) {
        if (level == 0) return "measured by its owner";
        return level == 1 ? "measured by a quorum of attesters" : "attested by its hardware";
    }

    function _colour(string memory state) private pure returns (string memory) {
        bytes32 hash = keccak256(bytes(state));
        if (hash == keccak256("leased")) return "#2F7D4F";
        if (hash == keccak256("free")) return "#B7791F";
        return hash == keccak256("expired") ? "#8A6D1B" : MUTED;
    }

    function _trait(string memory name, string memory value) private pure returns (bytes memory) {
        return abi.encodePacked('{"trait_type":"', name, '","value":"', value, '"}');
    }
}
