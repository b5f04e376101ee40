// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "poseidon.circom";

// Binding commitment to N values: c_0 = 0, c_{i+1} = Poseidon(c_i, the next 15 values), zeros after the last one.
// N is a constant of the circuit, so the zeros are no second reading of anything. Two lists with one commitment
// would be a collision of Poseidon. Sixteen inputs are the widest instance of circomlib (state width 17,
// eprint 2019/458), and the cheapest a value: 612 constraints for 15.
template RollupCommitment(N) {
    signal input values[N];
    signal output out;

    var WIDTH = 15;
    var LINKS = (N + WIDTH - 1) \ WIDTH;
    component link[LINKS];
    for (var i = 0; i < LINKS; i++) {
        link[i] = Poseidon(WIDTH + 1);
        link[i].inputs[0] <== i == 0 ? 0 : link[i - 1].out;
        for (var j = 0; j < WIDTH; j++) {
            var k = WIDTH * i + j;
            link[i].inputs[1 + j] <== k < N ? values[k] : 0;
        }
    }
    out <== link[LINKS - 1].out;
}
