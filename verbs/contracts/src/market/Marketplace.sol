// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {MarketBase} from "./MarketBase.sol";
import {Usage} from "./Usage.sol";

/// @title Leases and proof-gated capture; listings and the buyer's other verbs through `MarketDesk`
/// @dev No owner, no setter, no money: funds stay in the escrow, which this contract alone may drive. Calls it does not know
/// run the desk's code on its own storage. The desk is set once, in the constructor, and has no way to change itself: this
/// splits one market over two contracts of auditable size and is no upgrade path.
contract Marketplace is Usage {
    /// @notice Code of the `IMarketDesk` verbs.
    address public immutable desk;

    constructor(Peers memory peers, address desk_) MarketBase(peers) EIP712("Gristmill Market", "1") {
        desk = desk_;
    }

    fallback() external {
        bytes memory result = Address.functionDelegateCall(desk, msg.data);
        assembly ("memory-safe") {
            return(add(result, 32), mload(result))
        }
    }
}
