// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

// out = 1 if in is zero, else 0. circomlib's IsZero (comparators.circom) leaves its inverse free where `in` is zero;
// here it is zero then, so that one statement has one witness and every signal can be tested for being held.
template IsZeroUnique() {
    signal input in;
    signal output out;

    signal inverse;
    // The only hint: bound by the three constraints below.
    inverse <-- in != 0 ? 1 / in : 0;
    // out = 1 - in * inverse.
    out <== 1 - in * inverse;
    // in is zero or out is: so out = 1 only for zero.
    in * out === 0;
    // The inverse is zero where in is: out is 1 there.
    inverse * out === 0;
}
