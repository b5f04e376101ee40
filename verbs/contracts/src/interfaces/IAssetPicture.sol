// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IComputeAsset} from "./IComputeAsset.sol";

/// @title Draws assets
interface IAssetPicture {
    /// @param label     what the owner calls it, as given
    /// @param className empty when nobody told the name behind the hash
    /// @param state     free, leased, expired or retired
    struct Facts {
        uint256 assetId;
        string label;
        string className;
        string state;
        IComputeAsset.Capability capability;
        uint8 level;
    }

    /// @notice JSON with name, description, attributes and an SVG picture, as a data URI.
    function uri(Facts calldata facts) external pure returns (string memory);
}
