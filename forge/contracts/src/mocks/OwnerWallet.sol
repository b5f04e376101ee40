// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title Test wallet that owns assets: does what its owner says
contract OwnerWallet is ERC721Holder {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function run(address target, bytes calldata data) external {
        require(msg.sender == _owner, "not the owner");
        Address.functionCall(target, data);
    }
}
