// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "poseidon.circom";
include "range.circom";

// Bits of one packed field element: short enough that packing is one to one.
function PACKED_BITS() { return 248; }

// How many values of `bits` bits one field element holds.
function perElement(bits) { return PACKED_BITS() \ bits; }

// How many field elements `count` values fill.
function elementCount(count, bits) { return (count + perElement(bits) - 1) \ perElement(bits); }

// Asserts -OFFSET <= in_i < 2^BITS - OFFSET and packs the values: element k = sum of (in_i + OFFSET) * 2^(BITS * i).
template Pack(COUNT, BITS, OFFSET) {
    signal input in[COUNT];
    signal output out[elementCount(COUNT, BITS)];

    component range[COUNT];
    var PER = perElement(BITS);
    for (var k = 0; k < elementCount(COUNT, BITS); k++) {
        var element = 0;
        for (var i = 0; i < PER && k * PER + i < COUNT; i++) {
            // Each value has its range: without it two lists of values could pack to the same elements.
            range[k * PER + i] = AssertBits(BITS);
            range[k * PER + i].in <== in[k * PER + i] + OFFSET;
            element += (in[k * PER + i] + OFFSET) * (1 << (BITS * i));
        }
        // The element is exactly its values, side by side.
        out[k] <== element;
    }
}

// Blinded Poseidon commitment of COUNT field elements: h_0 = Poseidon(DOMAIN, COUNT, salt),
// h_{k+1} = Poseidon(h_k, next 15 elements, zeros after the last), out = the last h.
//
// DOMAIN and COUNT in the first link keep commitments to different kinds of things apart, and make the zeros at the
// end no second opening. Source of the chain: Merkle-Damgard with circomlib's Poseidon of 16 inputs as compression.
template Commit(DOMAIN, COUNT) {
    signal input salt;
    signal input in[COUNT];
    signal output out;

    var RATE = 15;
    var LINKS = (COUNT + RATE - 1) \ RATE;
    // The first link: what is committed to, how much of it, and the blinding.
    component first = Poseidon(3);
    first.inputs[0] <== DOMAIN;
    first.inputs[1] <== COUNT;
    first.inputs[2] <== salt;

    component link[LINKS];
    for (var k = 0; k < LINKS; k++) {
        link[k] = Poseidon(RATE + 1);
        // Each link takes the one before it and the next elements.
        link[k].inputs[0] <== k == 0 ? first.out : link[k - 1].out;
        for (var i = 0; i < RATE; i++) {
            link[k].inputs[i + 1] <== k * RATE + i < COUNT ? in[k * RATE + i] : 0;
        }
    }
    out <== link[LINKS - 1].out;
}

// What commitments are made for; see packages/shared/src/inference/commitments.ts.
function INPUT_DOMAIN() { return 1; }
function MODEL_DOMAIN() { return 2; }
function MATRIX_DOMAIN() { return 3; }
