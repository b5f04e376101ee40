// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "lib/rollupCommitment.circom";
include "lib/range.circom";
include "lib/tickChain.circom";

// The usage proof of many receipts at once. BLOCKS blocks of TICKS ticks: a receipt takes one block, or several that
// follow each other, so a short one does not pay for the ticks of a long one.
//
// The contract knows every receipt (origin, head, from, to) from its calldata. Instead of four public inputs each, the
// proof has three for all: a commitment to what the blocks say, a challenge that the contract hashes out of commitment
// and receipts, and the receipts' polynomial at the challenge, which the contract evaluates too. Soundness: ADR 0010.
//
// It does NOT show that useful work was done, nor that the samples are true. Signatures of node and notary over the
// heads are checked by the contract.
template UsageRollup(BLOCKS, TICKS, MAX_TICK_SECONDS) {
    // Public, in this order.
    signal input commitment; // commits to every block's head and layout: fixed before the challenge is
    signal input challenge;  // g = keccak256(commitment, receipts) mod r, computed by the contract
    signal input evaluation; // sum over receipts k of g^4k (origin + head g + from g^2 + to g^3), by the contract

    // Private.
    signal input origin[BLOCKS];         // of the receipt that begins with this block; 0 when it goes on
    signal input from[BLOCKS];           // of the receipt that begins with this block; 0 when it goes on
    signal input ends[BLOCKS];           // 1: the receipt ends with this block, 0: the next block goes on with it
    signal input elapsed[BLOCKS][TICKS];
    signal input sample[BLOCKS][TICKS];
    signal input active[BLOCKS][TICKS];

    // The last block ends its receipt: there is no next one.
    ends[BLOCKS - 1] === 1;

    component fromBits[BLOCKS];
    component chain[BLOCKS];
    signal goesOn[BLOCKS]; // 1: this block goes on with the receipt of the block before
    for (var b = 0; b < BLOCKS; b++) {
        // A receipt ends here or does not.
        ends[b] * (ends[b] - 1) === 0;
        goesOn[b] <== b == 0 ? 0 : 1 - ends[b - 1];

        // A receipt has one origin and one start: a block that goes on brings none of its own.
        goesOn[b] * origin[b] === 0;
        goesOn[b] * from[b] === 0;

        // The start is 32-bit seconds: with at most BLOCKS * TICKS steps of MAX_TICK_SECONDS no time wraps around the
        // field, and `from` cannot reach into the bits above it in the layout below.
        fromBits[b] = AssertBits(32);
        fromBits[b].in <== from[b];

        // A receipt that goes on filled the block before, and has a tick in this one: ticks first, padding after,
        // over all of its blocks (within one, lib/tickChain.circom). Else one receipt had many layouts.
        if (b > 0) {
            goesOn[b] * (1 - active[b - 1][TICKS - 1]) === 0;
        }
        goesOn[b] * (1 - active[b][0]) === 0;

        // A block without a tick is empty: origin, start and so head and end are zero, and it adds nothing to the
        // evaluation. No statement of the contract is empty, because its origin is a hash.
        (1 - active[b][0]) * origin[b] === 0;
        (1 - active[b][0]) * from[b] === 0;

        // The chain goes on from the block before, or starts at the origin: a head signed for another chain, market,
        // lease, payee or sequence cannot be replayed here. (A block that goes on has origin = from = 0.)
        chain[b] = TickChain(TICKS, MAX_TICK_SECONDS);
        chain[b].head <== origin[b] + goesOn[b] * (b == 0 ? 0 : chain[b - 1].nextHead);
        chain[b].time <== from[b] + goesOn[b] * (b == 0 ? 0 : chain[b - 1].nextTime);
        chain[b].elapsed <== elapsed[b];
        chain[b].sample <== sample[b];
        chain[b].active <== active[b];
    }

    // Binds all that the polynomial is made of before the challenge is known. The layout (start, whether the receipt
    // ends, number of ticks: 32, 1 and the bits above) says how many links lead to each head; a head with a known number
    // of links binds its origin, times and samples, as Poseidon has no collisions; so origins and ends need no place here.
    component commit = RollupCommitment(2 * BLOCKS);
    for (var b = 0; b < BLOCKS; b++) {
        var count = 0;
        for (var i = 0; i < TICKS; i++) count += active[b][i];
        commit.values[2 * b] <== chain[b].nextHead;
        commit.values[2 * b + 1] <== from[b] + ends[b] * (1 << 32) + count * (1 << 33);
    }
    commitment === commit.out;

    // The receipts' polynomial at the challenge. `power` is g^4k for the k-th receipt: it moves on where one ends.
    signal challenge2 <== challenge * challenge;
    signal challenge3 <== challenge2 * challenge;
    signal challenge4 <== challenge2 * challenge2;
    signal start[BLOCKS];       // g^2 from; 0 when the block goes on, as its origin is
    signal endHead[BLOCKS];     // g head
    signal endTime[BLOCKS];     // g^3 to
    signal end[BLOCKS];         // both, where the receipt ends
    signal term[BLOCKS];        // what the block adds
    signal nextPower[BLOCKS];   // power * g^4
    signal power[BLOCKS + 1];
    power[0] <== 1;
    var sum = 0;
    for (var b = 0; b < BLOCKS; b++) {
        start[b] <== challenge2 * from[b];
        endHead[b] <== challenge * chain[b].nextHead;
        endTime[b] <== challenge3 * chain[b].nextTime;
        end[b] <== ends[b] * (endHead[b] + endTime[b]);
        term[b] <== power[b] * (origin[b] + start[b] + end[b]);
        sum += term[b];
        nextPower[b] <== power[b] * challenge4;
        power[b + 1] <== power[b] + ends[b] * (nextPower[b] - power[b]);
    }
    // What the blocks say is what the contract was told: equal at a point that was fixed after both (Schwartz-Zippel).
    evaluation === sum;
}
