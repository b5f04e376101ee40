// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {LeaseChanges} from "./LeaseChanges.sol";
import {LeaseReads} from "./LeaseReads.sol";
import {Listings} from "./Listings.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title Code of the market's listings, reads, and of the verbs between assignment and settlement
/// @dev Called by `Marketplace` only, on the market's storage. On its own it has no listings, no leases, no rights at the
/// escrow, so calling it directly changes nothing anybody reads. Same peers as the market, same EIP-712 domain name. What it
/// does not know either is the answer desk's.
contract MarketDesk is Listings, LeaseReads, LeaseChanges {
    /// @notice Code of the `IInference` verbs.
    address public immutable answerDesk;

    constructor(Peers memory peers, address answerDesk_) MarketBase(peers) EIP712("Gristmill Market", "1") {
        answerDesk = answerDesk_;
    }

    fallback() external {
        bytes memory result = Address.functionDelegateCall(answerDesk, msg.data);
        assembly ("memory-safe") {
            return(add(result, 32), mload(result))
        }
    }
}
