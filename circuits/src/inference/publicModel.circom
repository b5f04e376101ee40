// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "../lib/commitment.circom";
include "../lib/layers/argmax.circom";
include "../lib/layers/dense.circom";
include "../lib/layers/reluShift.circom";

// Verified inference with a public model: `class` is what this model, whose weights are constants of the circuit,
// says of the input behind `inputCommitment`. The input stays hidden.
//
// It does NOT show that the model is any good, nor where the input came from.
// LAYERS dense layers of SIZES[0] inputs to SIZES[LAYERS] classes; SHIFTS[l] for each hidden one. All parameters come
// from a model file (circuits/models), so that another model is another file. Statement: docs/verified-inference.md.
template PublicModel(LAYERS, SIZES, SHIFTS, INPUT_BITS, WEIGHTS, BIASES, MODEL) {
    // Public, in this order; the same four for every model, hidden or not, so that one contract checks them all.
    signal input context;         // keccak256(chain, market, lease, payee, model id) mod r, computed by the contract
    signal input modelCommitment; // unblinded commitment of the weights
    signal input inputCommitment; // blinded commitment of the input
    signal input class;           // what the model says

    // Private.
    signal input values[SIZES[0]];
    signal input salt;

    // Binds `context` by a constraint of its own, as the usage proof does (usage.circom): a public input in no
    // constraint is free to whoever takes the proof in flight.
    signal contextBinding;
    contextBinding <== context * inputCommitment;

    // The commitment named is that of the weights compiled in, so that a proof names its model.
    modelCommitment === MODEL;

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
        dense[l] = DenseConstant(SIZES[l], SIZES[l + 1], WEIGHTS, weightAt, BIASES, biasAt);
        for (var i = 0; i < SIZES[l]; i++) {
            // Each layer reads the one before it; the first reads the input.
            dense[l].in[i] <== l == 0 ? values[i] : relu[l - 1][i].out;
        }
        bits = accumulatorBits(
            denseConstantBound(SIZES[l], SIZES[l + 1], WEIGHTS, weightAt, BIASES, biasAt, inBits)
        );
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
