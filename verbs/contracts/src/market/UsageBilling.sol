// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IUsage} from "../interfaces/IUsage.sol";
import {Leases} from "./Leases.sol";
import {SpanLib} from "./SpanLib.sol";

/// @title What every capture does to a lease, and whose word it needs
abstract contract UsageBilling is IUsage, Leases {
    /// @dev Scopes of a node's key, see `IProviderRegistry`.
    uint8 private constant CAPTURE = 2;
    uint8 private constant TICK = 4;

    /// @inheritdoc IUsage
    uint32 public constant notaryGrace = 5 minutes;

    /// @dev Bills a receipt of the lease whose slot holds `word` (a `Billing`, from the lowest bits on); one storage write.
    /// @return gross amount and fee, by all seconds billed so far: captures together pay one rounding, however they are cut
    function _bill(bytes32 leaseId, uint256 word, uint256 span, bool notarised) internal returns (uint256 gross) {
        // Every number has at most 48 bits and amounts were bounded to that when they were reserved: nothing overflows, and
        // what could fall below zero is compared first.
        unchecked {
            uint256 state = word >> 248;
            if (state != uint256(LeaseState.Started) && state != uint256(LeaseState.Ended)) {
                revert WrongState(LeaseState(state), LeaseState.Started);
            }
            if (block.timestamp > uint40(word >> 208)) revert CaptureClosed(block.timestamp, uint40(word >> 208));
            if (uint32(span >> 64) != uint32(word)) revert SequenceUsed(uint32(span >> 64), uint32(word));
            (uint256 from, uint256 to, uint256 billedTo) = (uint32(span >> 32), uint32(span), uint32(word >> 32));
            if (from > to || from < billedTo) revert TimeOutOfOrder(from, to, billedTo);

            // Rule 7: the chain's own clock bounds what any pair of signers can claim, and nothing is billed twice.
            uint256 limit = uint40(word >> 168);
            if (state == uint256(LeaseState.Started) && block.timestamp < limit) limit = block.timestamp;
            limit -= uint40(word >> 128);
            if (to > limit) revert BilledBeyondLease(to, limit);

            // Rule 6: without the notary the provider's word counts for `notaryGrace` past the last second that was
            // countersigned, in however many receipts; where there never is a notary, past the start.
            uint256 notarisedTo = to;
            if (!notarised) {
                notarisedTo = uint32(word >> 96);
                if (to > notarisedTo + notaryGrace) revert BeyondNotaryGrace(to, notarisedTo + notaryGrace);
                emit CapturedWithoutNotary(leaseId, uint32(from), uint32(to));
            }

            uint256 billed = uint32(word >> 64);
            uint256 price = uint48(span >> 128);
            uint256 feeBps = uint16(span >> 112);
            uint256 amount = price * billed;
            billed += to - from;
            gross = price * billed;
            // As `_withFee` of all seconds now, less that of those before.
            gross = gross - amount + gross * feeBps / BPS - amount * feeBps / BPS;
            word = (word >> 128 << 128) | notarisedTo << 96 | billed << 64 | to << 32
                | (uint256(uint32(word)) + 1);
            assembly ("memory-safe") {
                sstore(leaseId, word)
            }
        }
    }

    /// @dev What a last receipt does beyond billing.
    function _closeBy(bytes32 leaseId, bytes32 output) internal {
        Lease storage lease = _leases[leaseId];
        Billing storage billing = _billingOf(leaseId);
        if (output != 0) lease.output = output;
        if (billing.state == LeaseState.Started) _end(lease, leaseId, EndReason.Completed);
        _closeLease(lease, leaseId);
        _holdOnly(lease, leaseId, billing.billedSeconds);
    }

    /// @dev The node's key speaks for its provider as far as its scopes go, from this block on; without a notary its word on the
    /// ticks counts too.
    function _requireScopes(address node, bool notarised) internal view {
        uint8 wanted = notarised ? CAPTURE : CAPTURE | TICK;
        uint8 scopes = registry.scopesOf(node);
        require(scopes & wanted == wanted, KeyNotAllowed(node, scopes, wanted));
    }
}
