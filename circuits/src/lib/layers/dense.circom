// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

// out_j = biases_j + sum_i weights_ji * in_i, with constant weights: one linear constraint an output.
//
// `WEIGHTS` and `BIASES` hold all layers of a model, one after another; this layer's begin at `WEIGHT_AT`, `BIAS_AT`.
template DenseConstant(IN, OUT, WEIGHTS, WEIGHT_AT, BIASES, BIAS_AT) {
    signal input in[IN];
    signal output out[OUT];

    // Added up in short runs: circom copies a sum with every term it adds, so that one long run takes time in the
    // square of its length (784 inputs: a minute instead of seconds).
    var RUN = 28;
    for (var j = 0; j < OUT; j++) {
        var total = BIASES[BIAS_AT + j];
        for (var start = 0; start < IN; start += RUN) {
            var run = 0;
            for (var i = start; i < start + RUN && i < IN; i++) run += WEIGHTS[WEIGHT_AT + j * IN + i] * in[i];
            total += run;
        }
        // The output is exactly this sum. No range check: inputs and constants bound it (DenseConstantBound).
        out[j] <== total;
    }
}

// Largest |out_j| of a DenseConstant with inputs 0 to 2^inputBits - 1, from its own weights.
function denseConstantBound(IN, OUT, WEIGHTS, WEIGHT_AT, BIASES, BIAS_AT, inputBits) {
    var most = 0;
    for (var j = 0; j < OUT; j++) {
        var bias = BIASES[BIAS_AT + j];
        var bound = bias < 0 ? -bias : bias;
        for (var i = 0; i < IN; i++) {
            var weight = WEIGHTS[WEIGHT_AT + j * IN + i];
            bound += (weight < 0 ? -weight : weight) * ((1 << inputBits) - 1);
        }
        if (bound > most) most = bound;
    }
    return most;
}

// out_j = biases_j + sum_i weights_ji * in_i, with hidden weights: a product is a constraint.
//
// The caller asserts the ranges of weights, biases and inputs; `denseBound` then bounds the sums.
template DenseSignal(IN, OUT) {
    signal input in[IN];
    signal input weights[OUT * IN];
    signal input biases[OUT];
    signal output out[OUT];

    signal product[OUT * IN];
    for (var j = 0; j < OUT; j++) {
        var total = biases[j];
        for (var i = 0; i < IN; i++) {
            // One product of the sum, of a hidden weight and a hidden input.
            product[j * IN + i] <== weights[j * IN + i] * in[i];
            total += product[j * IN + i];
        }
        // The output is exactly the sum of bias and products.
        out[j] <== total;
    }
}
