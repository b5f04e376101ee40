// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

/// @title One receipt's numbers in a word
/// @dev From the lowest bits on: to 32, from 32, sequence 32, the lease's index 16, the job's fee 16, price 48 (the lower half of `LeaseIdLib`'s deal), last 1. In
/// a batch a word of calldata costs up to 512 gas, and most bytes of these six numbers are zero.
library SpanLib {
    uint256 internal constant LAST = 1 << 176;

    /// @param deal what is above its lower 80 bits is left out
    function pack(uint256 from, uint256 to, uint256 sequence, uint256 deal) internal pure returns (uint256) {
        return to | from << 32 | sequence << 64 | uint256(uint80(deal)) << 96;
    }

    function isLast(uint256 span) internal pure returns (bool) {
        return span & LAST != 0;
    }
}
