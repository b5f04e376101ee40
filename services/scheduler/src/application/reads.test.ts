import type { Hex } from "viem";
import { expect, test } from "vitest";
import { foldEvents } from "../domain/lifecycle/foldEvents.ts";
import {
  assigned,
  captured,
  eventsOf,
  jobId,
  leaseIds,
  opened,
  started,
  terms,
} from "../domain/lifecycle/lifecycleFixture.ts";
import { emptyMarketState, type MarketState } from "../domain/lifecycle/marketState.ts";
import type { ChainTransaction, OrderStore, StoredOrder } from "./ports.ts";
import { createMarketReads, type ReadsDeps } from "./reads.ts";

const [leaseId] = leaseIds;
const history = eventsOf([opened, assigned(leaseId), started(leaseId), captured(leaseId)]);
const order = {
  jobId,
  terms,
  workload: {},
  requirements: {},
  vault: terms.token,
  paymentTx: null,
} as unknown as StoredOrder;

function transaction(hash: Hex): ChainTransaction {
  const proof = { a: [], b: [], c: [] };
  const signatures = { nodeSignature: "0x01", notarySignature: "0x02" } as const;
  const receipt = { leaseId, sequence: 0, head: 1n, output: hash, last: true, ...signatures, proof };
  return { hash, blockNumber: 1n, at: 1, from: terms.buyer, verb: "capture", gasUsed: 1n, captures: [receipt] };
}

test("a capture that is indexed while a job is being read is shown with its receipt, or not at all", async () => {
  let state: MarketState = foldEvents(emptyMarketState, history.slice(0, 3));
  const index = {
    state: () => state,
    transactions: async (hashes: readonly Hex[]) => new Map(hashes.map((hash) => [hash, transaction(hash)])),
    money: async () => ({ deposited: 0n, reserved: 0n, booked: 0n, paid: 0n, fees: 0n, refunded: 0n }),
  };
  const orders: Pick<OrderStore, "find"> = {
    async find() {
      state = foldEvents(state, history.slice(3));
      return order;
    },
  };
  const reads = createMarketReads({
    index,
    orders,
    jobNotes: { note: async () => "" },
    leaseNotes: { phases: async () => new Map(), proveTimes: async () => new Map() },
    ticks: { metered: async () => new Map() },
    fleet: { manifest: () => undefined },
    outputs: { byCommitment: async () => null },
    notary: terms.notary,
    assets: () => [],
    logs: { after: async () => [] },
    signals: { onChange: () => () => undefined },
  } as unknown as ReadsDeps);
  const job = await reads.job(jobId);
  expect(job?.leases[0]?.billedSeconds).toBe(20);
  expect(job?.receipts.map(({ amount }) => amount)).toEqual([200n]);
});
