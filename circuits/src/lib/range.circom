// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "bitify.circom";

// Number of bits needed to write n.
function bitLength(n) {
    var bits = 0;
    while (n > 0) {
        bits++;
        n = n >> 1;
    }
    return bits;
}

// Asserts 0 <= in <= MAX, for a constant MAX below 2^250.
//
// circomlib's LessEqThan is only sound for operands that are already known to be short (its own
// comparators.circom takes them as n-bit values on trust), and a difference of two signals can be a huge
// field element that stands for a negative number. Two decompositions say the same without any trust:
// `in` and `MAX - in` are both short, and a field element near r fails the first one.
template AssertAtMost(MAX) {
    signal input in;
    var BITS = bitLength(MAX);
    // Below 250 bits neither decomposition can wrap around the field (circomspect CS0010 is waived for this reason).
    assert(BITS < 250);

    // 0 <= in < 2^BITS: refuses negative differences (elements near r).
    component low = Num2Bits(BITS);
    low.in <== in;

    // 0 <= MAX - in < 2^BITS: refuses everything above MAX.
    component high = Num2Bits(BITS);
    high.in <== MAX - in;
}

// Asserts 0 <= in < 2^BITS.
template AssertBits(BITS) {
    signal input in;
    // circomlib's Num2Bits has one decomposition only while 2^BITS < r (circomspect CS0010 is waived for this reason).
    assert(BITS < 254);
    component bits = Num2Bits(BITS);
    bits.in <== in;
}
