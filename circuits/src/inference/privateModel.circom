// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "../lib/commitment.circom";
include "../lib/layers/argmax.circom";
include "../lib/layers/dense.circom";
include "../lib/layers/reluShift.circom";

// Verified inference with a private model: `class` is what the model behind `modelCommitment` says of the input
// behind `inputCommitment`. Weights and input stay hidden; the shape of the model is public.
//
// It does NOT show that the model is any good, nor where the input came from.
template PrivateModel(LAYERS, SIZES, SHIFTS, INPUT_BITS) {
    // Public, in this order.
    signal input context;         // keccak256(chain, market, lease, payee, model id) mod r, computed by the contract
    signal input modelCommitment; // blinded commitment of the weights
    signal input inputCommitment; // blinded commitment of the input
    signal input class;           // what the model says

    // Private. Weights and biases of all layers, one after another.
    var WEIGHTS = 0;
    var BIASES = 0;
    for (var l = 0; l < LAYERS; l++) {
        WEIGHTS += SIZES[l] * SIZES[l + 1];
        BIASES += SIZES[l + 1];
    }
    signal input weights[WEIGHTS];
    signal input biases[BIASES];
    signal input modelSalt;
    signal input values[SIZES[0]];
    signal input salt;

    // Binds `context` by a constraint of its own, as the usage proof does (usage.circom).
    signal contextBinding;
    contextBinding <== context * inputCommitment;

    // Weights and biases in range, packed and committed: the committed model is the one applied.
    component packedWeights = Pack(WEIGHTS, WEIGHT_BITS(), 1 << (WEIGHT_BITS() - 1));
    packedWeights.in <== weights;
    component packedBiases = Pack(BIASES, BIAS_BITS(), 1 << (BIAS_BITS() - 1));
    packedBiases.in <== biases;
    var WEIGHT_ELEMENTS = elementCount(WEIGHTS, WEIGHT_BITS());
    var BIAS_ELEMENTS = elementCount(BIASES, BIAS_BITS());
    component model = Commit(MODEL_DOMAIN(), WEIGHT_ELEMENTS + BIAS_ELEMENTS);
    model.salt <== modelSalt;
    for (var k = 0; k < WEIGHT_ELEMENTS; k++) model.in[k] <== packedWeights.out[k];
    for (var k = 0; k < BIAS_ELEMENTS; k++) model.in[WEIGHT_ELEMENTS + k] <== packedBiases.out[k];
    modelCommitment === model.out;

    // Inputs in range, packed and committed: the committed input is the one classified.
    component packed = Pack(SIZES[0], INPUT_BITS, 0);
    packed.in <== values;
    component committed = Commit(INPUT_DOMAIN(), elementCount(SIZES[0], INPUT_BITS));
    committed.salt <== salt;
    committed.in <== packed.out;
    inputCommitment === committed.out;

    component dense[LAYERS];
    component relu[LAYERS - 1][maximum(SIZES, LAYERS + 1)];
    var weightAt = 0;
    var biasAt = 0;
    var inBits = INPUT_BITS;
    var bits = 0;
    for (var l = 0; l < LAYERS; l++) {
        dense[l] = DenseSignal(SIZES[l], SIZES[l + 1]);
        for (var i = 0; i < SIZES[l]; i++) {
            // Each layer reads the one before it; the first reads the input.
            dense[l].in[i] <== l == 0 ? values[i] : relu[l - 1][i].out;
        }
        // Each layer takes its own part of the committed model.
        for (var i = 0; i < SIZES[l] * SIZES[l + 1]; i++) dense[l].weights[i] <== weights[weightAt + i];
        for (var j = 0; j < SIZES[l + 1]; j++) dense[l].biases[j] <== biases[biasAt + j];
        bits = accumulatorBits(denseBound(SIZES[l], inBits));
        if (l < LAYERS - 1) {
            for (var j = 0; j < SIZES[l + 1]; j++) {
                relu[l][j] = ReluShift(bits, SHIFTS[l]);
                relu[l][j].in <== dense[l].out[j];
            }
        }
        weightAt += SIZES[l] * SIZES[l + 1];
        biasAt += SIZES[l + 1];
        inBits = ACTIVATION_BITS();
    }

    // The answer is the largest logit's index.
    component answer = AssertArgmax(SIZES[LAYERS], bits);
    answer.in <== dense[LAYERS - 1].out;
    answer.class <== class;
}
