import { type LeaseEvent, type LeaseState, leaseStates, transition } from "@gristmill/shared/lease/leaseState";
import { type Hex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { REASON } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();

/** What the contract's events mean to the machine of packages/shared. */
const meaning: Record<string, LeaseEvent> = {
  LeaseAssigned: "assign",
  LeaseStarted: "start",
  LeaseEnded: "end",
  LeaseClosed: "close",
};
const verbs = ["start", "end", "close"] as const;
type Verb = (typeof verbs)[number];
const sequences: Verb[][] = verbs.flatMap((a) => verbs.flatMap((b) => verbs.map((c) => [a, b, c])));

describe("the lease machine", () => {
  it.each(sequences.map((sequence) => [sequence.join(", "), sequence] as const))(
    "is the same on chain and in packages/shared for %s: no screen shows a state that the money is not in",
    async (_, sequence) => {
      const terms = await market().funded();
      const { leaseId, events } = await market().assign(terms, await market().listedAsset());
      let state: LeaseState = "none";
      const follow = (seen: typeof events) => {
        for (const { eventName } of seen) {
          const event = meaning[eventName];
          if (!event) continue;
          const next = transition(state, event);
          if (next === undefined) expect.fail(`the chain emitted ${eventName} in state ${state}`);
          state = next;
        }
      };
      const call = (verb: Verb, id: Hex) => {
        if (verb === "start") return market().start(id);
        if (verb === "close")
          return market().capture(terms, market().receiptOf(id, { to: 0, output: zeroHash, last: true }));
        return state === "assigned"
          ? market().end(terms, id, REASON.neverStarted, accounts.scheduler)
          : market().end(terms, id, REASON.completed);
      };
      follow(events);
      for (const verb of sequence) {
        const allowed = transition(state, verb) !== undefined;
        const sent = await call(verb, leaseId).catch(() => undefined);
        expect(sent !== undefined, `${verb} in ${state}`).toBe(allowed);
        if (sent) follow(sent.events);
        expect(leaseStates[(await market().lease(leaseId)).state]).toBe(state);
      }
    },
  );
});
