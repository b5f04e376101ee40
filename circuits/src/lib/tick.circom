// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "poseidon.circom";
include "range.circom";

// One link of the tick chain: either a countersigned tick, or padding that changes nothing.
//
// `active` must be boolean; the caller asserts it (UsageProof does, once per tick).
template Tick(MAX_TICK_SECONDS) {
    signal input head;            // h_i
    signal input previousElapsed; // seconds since the lease began, at the tick before
    signal input active;          // 1: a tick, 0: padding
    signal input elapsed;         // seconds since the lease began, at this tick
    signal input sample;          // blinded commitment to the private sample

    signal output nextHead;       // h_{i+1}

    // Time never runs backwards and never jumps: 0 <= elapsed - previousElapsed <= MAX_TICK_SECONDS.
    // Source: ADR 0003, "a receipt cannot span a gap", so that billable seconds are exactly to - from.
    component step = AssertAtMost(MAX_TICK_SECONDS);
    step.in <== elapsed - previousElapsed;

    // Padding adds no seconds: it repeats the time before it. Without this a receipt could bill up to
    // (N - 1) * MAX_TICK_SECONDS seconds that no notary countersigned, because padding is not in the head.
    (1 - active) * (elapsed - previousElapsed) === 0;

    // Padding carries no sample, so that a receipt has exactly one valid witness.
    (1 - active) * sample === 0;

    // The chain's hash, circomlib Poseidon(3): state width 4, the instance of the Poseidon paper
    // (eprint 2019/458) that poseidon-lite's poseidon3 implements too. Order: head, elapsed, sample.
    component link = Poseidon(3);
    link.inputs[0] <== head;
    link.inputs[1] <== elapsed;
    link.inputs[2] <== sample;

    // nextHead = active ? link : head (circomlib's Mux1 written out; sound because active is boolean).
    nextHead <== head + active * (link.out - head);
}
