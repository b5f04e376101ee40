// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "lib/range.circom";
include "lib/tickChain.circom";

// The usage proof: the seconds of a receipt follow from its hidden, countersigned ticks.
//
// It does NOT show that useful work was done, nor that the samples are true. Signatures of node and notary
// over `head` are checked by the contract. Statement, encodings and reasons: circuits/README.md, ADR 0003.
template UsageProof(N, MAX_TICK_SECONDS) {
    // Public, in this order.
    signal input context; // keccak256(origin, output) mod r, computed by the contract
    signal input origin;  // keccak256(chainId, market, leaseId, payee, sequence) mod r, computed by the contract
    signal input head;    // h_N, what node and notary signed
    signal input from;    // seconds since the lease began, where this receipt starts
    signal input to;      // seconds since the lease began, where it ends

    // Private: the ticks, active ones first.
    signal input elapsed[N];
    signal input sample[N];
    signal input active[N];

    // Binds `context` by a constraint of its own. Groth16 leaves a public input that appears in no constraint
    // free: its IC point is the identity, and every proof then verifies for every context, so that anyone could
    // swap the output under a proof in flight. snarkjs' setup happens to add a row per public input (zkey_new.js,
    // the loop after the constraints) that closes this; the statement does not rely on it.
    // Source: Semaphore v4 semaphore.circom, the "dummy square" of message and scope. A product with `origin`
    // instead of a square, because a square is satisfied by -context too.
    signal contextBinding;
    contextBinding <== context * origin;

    // Both ends are 32-bit seconds. With the steps below every elapsed_i lies between them, as an integer:
    // from <= elapsed_0 <= ... <= elapsed_{N-1} = to < 2^32. So 64 constraints do the work of 32 * N, and
    // no sum of steps can wrap around the field.
    component fromBits = AssertBits(32);
    fromBits.in <== from;
    component toBits = AssertBits(32);
    toBits.in <== to;

    // A receipt holds at least one tick.
    active[0] === 1;

    // The chain starts at origin, so a head signed for another chain, market, lease, payee or sequence cannot be
    // replayed here (a Poseidon preimage would be needed). Time starts at from.
    component chain = TickChain(N, MAX_TICK_SECONDS);
    chain.head <== origin;
    chain.time <== from;
    chain.elapsed <== elapsed;
    chain.sample <== sample;
    chain.active <== active;

    // What was signed is the chain of exactly these ticks.
    head === chain.nextHead;
    // What is billed ends at the last tick (padding repeats it).
    to === chain.nextTime;
}
