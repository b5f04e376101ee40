// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "../isZero.circom";
include "bounds.circom";

// Asserts that `class` is the index of the largest of N values with |in| < 2^BITS; of equal ones the lowest.
template AssertArgmax(N, BITS) {
    signal input in[N];
    signal input class;

    // Differences stay far below the field (circomspect CS0010 is waived in AssertBits for this reason).
    assert(BITS <= 31);

    component isClass[N];
    var chosen = 0;
    for (var j = 0; j < N; j++) {
        // 1 for the class, 0 for every other index.
        isClass[j] = IsZeroUnique();
        isClass[j].in <== class - j;
        chosen += isClass[j].out;
    }
    // The class is one of 0 .. N - 1.
    chosen === 1;

    // The value of the chosen class.
    signal picked[N];
    var largest = 0;
    for (var j = 0; j < N; j++) {
        // in_j where j is the class, else 0.
        picked[j] <== isClass[j].out * in[j];
        largest += picked[j];
    }

    component atLeast[N];
    var later = chosen;
    for (var j = 0; j < N; j++) {
        // 1 while the class is still to come: in front of it a tie is refused, so that the lowest index wins.
        later -= isClass[j].out;
        // 0 <= largest - in_j (- 1 in front of the class) < 2^(BITS + 1).
        atLeast[j] = AssertBits(BITS + 1);
        atLeast[j].in <== largest - in[j] - later;
    }
}
