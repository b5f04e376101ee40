// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "poseidon.circom";
include "lib/commitment.circom";

// product = left * right, for N x N matrices of signed bytes behind commitments; N is a power of two, 2^LOG_N.
//
// Freivalds' check (1977): left * (right * r) = product * r for r = (1, t, t^2, ...), three matrix-vector products
// instead of a matrix product. The challenge t comes out of the commitments, which fix the matrices before it. A wrong
// product passes with probability at most (N - 1) / r' for each hash tried, r' the field's order (about 2^-249 at
// N = 32): a row of left * right - product is a non-zero polynomial in t of degree N - 1 at most. No row wraps: its
// entries are below 2^22, and so is zero in the field only when it is zero.
template MatrixProduct(N, LOG_N) {
    assert(N == 1 << LOG_N);
    // Public, in this order.
    signal input context;           // what the proof is made for, hashed by whoever checks it
    signal input leftCommitment;
    signal input rightCommitment;
    signal input productCommitment;

    // Private, row by row.
    signal input left[N * N];
    signal input right[N * N];
    signal input product[N * N];
    signal input leftSalt;
    signal input rightSalt;
    signal input productSalt;

    // Entries in range and behind their commitments. |product| <= N * 2^14 < 2^(15 + LOG_N).
    var PRODUCT_BITS = 16 + LOG_N;
    component packedLeft = Pack(N * N, 8, 128);
    packedLeft.in <== left;
    component committedLeft = Commit(MATRIX_DOMAIN(), elementCount(N * N, 8));
    committedLeft.salt <== leftSalt;
    committedLeft.in <== packedLeft.out;
    leftCommitment === committedLeft.out;

    component packedRight = Pack(N * N, 8, 128);
    packedRight.in <== right;
    component committedRight = Commit(MATRIX_DOMAIN(), elementCount(N * N, 8));
    committedRight.salt <== rightSalt;
    committedRight.in <== packedRight.out;
    rightCommitment === committedRight.out;

    component packedProduct = Pack(N * N, PRODUCT_BITS, 1 << (PRODUCT_BITS - 1));
    packedProduct.in <== product;
    component committedProduct = Commit(MATRIX_DOMAIN(), elementCount(N * N, PRODUCT_BITS));
    committedProduct.salt <== productSalt;
    committedProduct.in <== packedProduct.out;
    productCommitment === committedProduct.out;

    // The challenge, fixed only after the three matrices; it also binds `context` (Fiat and Shamir 1986).
    component challenge = Poseidon(4);
    challenge.inputs[0] <== context;
    challenge.inputs[1] <== leftCommitment;
    challenge.inputs[2] <== rightCommitment;
    challenge.inputs[3] <== productCommitment;

    // r_j = t^j.
    signal power[N];
    power[0] <== 1;
    for (var j = 1; j < N; j++) {
        // Each power from the one before it.
        power[j] <== power[j - 1] * challenge.out;
    }

    signal rightTerm[N * N];
    signal rightSum[N];
    for (var i = 0; i < N; i++) {
        var sum = 0;
        for (var j = 0; j < N; j++) {
            // One term of row i of right * r.
            rightTerm[i * N + j] <== right[i * N + j] * power[j];
            sum += rightTerm[i * N + j];
        }
        // Row i of right * r.
        rightSum[i] <== sum;
    }

    signal leftTerm[N * N];
    signal productTerm[N * N];
    for (var i = 0; i < N; i++) {
        var sum = 0;
        var claimed = 0;
        for (var j = 0; j < N; j++) {
            // One term of row i of left * (right * r), and one of product * r.
            leftTerm[i * N + j] <== left[i * N + j] * rightSum[j];
            productTerm[i * N + j] <== product[i * N + j] * power[j];
            sum += leftTerm[i * N + j];
            claimed += productTerm[i * N + j];
        }
        // Freivalds' equation, row by row.
        sum === claimed;
    }
}
