// SPDX-License-Identifier: GPL-3.0-or-later
pragma circom 2.2.3;

include "tick.circom";

// N links of the tick chain, ticks first and padding after them. Says nothing about where it starts or ends: the
// caller binds `head` and `time`, and decides whether a chain without a tick may be.
template TickChain(N, MAX_TICK_SECONDS) {
    signal input head; // before the first link
    signal input time; // seconds since the lease began, before the first link
    signal input elapsed[N];
    signal input sample[N];
    signal input active[N];

    signal output nextHead;
    signal output nextTime;

    for (var i = 0; i < N; i++) {
        // A tick is there or is not: active is 0 or 1.
        active[i] * (active[i] - 1) === 0;
    }
    for (var i = 1; i < N; i++) {
        // Ticks first, padding after: active never rises. One receipt has one witness, and nothing can be
        // hidden between two ticks.
        active[i] * (1 - active[i - 1]) === 0;
    }

    component tick[N];
    for (var i = 0; i < N; i++) {
        tick[i] = Tick(MAX_TICK_SECONDS);
        tick[i].head <== i == 0 ? head : tick[i - 1].nextHead;
        // The first tick is at most MAX_TICK_SECONDS after the time before it.
        tick[i].previousElapsed <== i == 0 ? time : elapsed[i - 1];
        tick[i].active <== active[i];
        tick[i].elapsed <== elapsed[i];
        tick[i].sample <== sample[i];
    }

    nextHead <== tick[N - 1].nextHead;
    // Padding repeats the last tick's time (lib/tick.circom).
    nextTime <== elapsed[N - 1];
}
