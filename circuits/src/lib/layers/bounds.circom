// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "../range.circom";

// Compile-time bounds. All widths of the integer semantics (docs/verified-inference.md) are here, so that no
// template takes a range on trust.

// Weights are signed bytes: -128 to 127.
function WEIGHT_BITS() { return 8; }

// Biases: -2^19 to 2^19 - 1.
function BIAS_BITS() { return 20; }

// Values between layers: 0 to 255.
function ACTIVATION_BITS() { return 8; }

// Bits of an accumulator: |sum| <= bound < 2^bits. Other implementations add in signed 32-bit integers.
function accumulatorBits(bound) {
    var bits = bitLength(bound);
    assert(bits <= 31);
    return bits;
}

// |sum of a dense layer| for any weights and biases, with inputs 0 to 2^inputBits - 1.
function denseBound(inputs, inputBits) {
    return inputs * ((1 << inputBits) - 1) * (1 << (WEIGHT_BITS() - 1)) + (1 << (BIAS_BITS() - 1));
}

// Largest of the first `count` entries.
function maximum(list, count) {
    var most = list[0];
    for (var i = 1; i < count; i++) {
        if (list[i] > most) most = list[i];
    }
    return most;
}
