// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "bitify.circom";
include "../isZero.circom";
include "bounds.circom";

// out = min(255, floor(max(in, 0) / 2^SHIFT)), for |in| < 2^BITS.
//
// The bound of `in` is the caller's to know; the decomposition below asserts it again, so a caller that is wrong
// loses completeness and never soundness.
template ReluShift(BITS, SHIFT) {
    signal input in;
    signal output out;

    var OUT_BITS = ACTIVATION_BITS();
    // The accumulator plus 2^BITS stays far below the field (circomspect CS0010 is waived for this reason).
    assert(BITS <= 31);

    // in + 2^BITS has BITS + 1 bits: the highest says in >= 0, the others are then in's own bits.
    component shifted = Num2Bits(BITS + 1);
    shifted.in <== in + (1 << BITS);

    var low = 0;
    var high = 0;
    for (var k = SHIFT; k < BITS; k++) {
        if (k < SHIFT + OUT_BITS) low += shifted.out[k] * (1 << (k - SHIFT));
        else high += shifted.out[k];
    }

    // Saturation: a bit above the 8 that are kept means more than 255. Unless there are no such bits.
    component fits = IsZeroUnique();
    fits.in <== high;
    // 255 where it does not fit, the kept bits where it does.
    signal clipped;
    clipped <== ((1 << OUT_BITS) - 1) + fits.out * (low - ((1 << OUT_BITS) - 1));

    // The ReLU: nothing below zero.
    out <== shifted.out[BITS] * clipped;
}
