// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";

struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @dev By the artifact, not with `new`: the caller is not built again when the contract changes, and does not hold a copy of it.
/// @param artifact "contracts/FOLDER/FILE.sol:NAME"
function deployCode(string memory artifact, bytes memory arguments) returns (address made) {
    bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
    assembly ("memory-safe") {
        made := create(0, add(code, 32), mload(code))
    }
    require(made != address(0), artifact);
}
