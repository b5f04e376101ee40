import { termsForChain } from "@gristmill/shared/job/terms";
import {
  type EndReason,
  endReasons,
  type LeaseEvent,
  type LeaseState,
  leaseStates,
  transition,
} from "@gristmill/shared/lease/leaseState";
import { type Hex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { PRICE, REASON } from "../support/market.ts";
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

describe("the reasons a lease ends for", () => {
  const { node, scheduler, buyer, stranger, provider } = accounts;
  /** How each reason comes about; seconds since the start at which it is given. */
  const ways: Record<Exclude<EndReason, "none" | "never_started">, [at: number, by: typeof node]> = {
    completed: [10, node],
    failed: [10, node],
    stopped_by_buyer: [10, buyer],
    node_lost: [10, scheduler],
    expired: [600, stranger],
    evicted: [130, stranger],
  };

  it.each(Object.entries(ways))("%s has the same number on chain and in packages/shared", async (name, [at, by]) => {
    const assetId = await market().mintAsset();
    const offer = {
      token: market().at.token,
      pricePerSecond: PRICE,
      minSeconds: 1,
      maxSeconds: 3600,
      endsAt: 10n ** 10n,
    };
    await market().send(provider, "market", "listBatch", [[assetId], { ...offer, noticeSeconds: 120 }]);
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, assetId, 600);
    await market().start(leaseId);
    const startedAt = Number((await market().lease(leaseId)).startedAt);
    if (name === "evicted") await market().send(provider, "market", "giveNotice", [termsForChain(terms), leaseId]);
    await market().warpTo(startedAt + at);
    await market().end(terms, leaseId, endReasons.indexOf(name as EndReason), by);
    expect(endReasons[(await market().lease(leaseId)).reason]).toBe(name);
  });

  it("is a closed list: a number beyond it reverts", async () => {
    const { terms, leaseId } = await market().running();
    await expect(market().end(terms, leaseId, endReasons.length, node)).rejects.toThrow();
    expect(endReasons).toHaveLength(Object.keys(REASON).length);
  });
});
