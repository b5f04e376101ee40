import { termsForChain } from "@gristmill/shared/job/terms";
import { zeroHash } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { REASON } from "../support/market.ts";
import { createProver } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket({ verifier: "real" });
const prover = createProver();
afterAll(() => prover.close());

const proofOf = (leaseId: `0x${string}`) =>
  prover.prove({
    market: market().at.market,
    leaseId,
    payee: accounts.provider.address,
    sequence: 0,
    output: zeroHash,
    from: 0,
    ticks: [60],
  });

describe("a starved capture", () => {
  it("fails as a whole at every gas limit: state is unchanged and the provider loses nothing", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    const { proof, inputs } = await proofOf(leaseId);
    await market().warpTo(startedAt + 100);
    const receipt = market().receiptOf(leaseId, { head: inputs.head });
    const signatures = [await market().signReceipt(receipt), await market().signTick(receipt)];
    const args = [termsForChain(terms), receipt, ...signatures, proof];
    const before = await market().job(terms);

    let needed = 0n;
    for (let gas = 100_000n; needed === 0n && gas < 1_500_000n; gas += 20_000n) {
      const sent = await market()
        .send(accounts.stranger, "market", "capture", args, { gas })
        .catch(() => undefined);
      if (sent) needed = gas;
      else expect(await market().job(terms)).toEqual(before);
    }
    expect(needed).toBeGreaterThan(300_000n);
    expect((await market().job(terms)).booked).toBe(60_000n);
  });
});

describe("gas", () => {
  it("of a job's life stays under its ceilings: relays price it into the fee", async () => {
    const assetId = await market().listedAsset();
    const terms = await market().terms();
    // The first job ever in a token gives the token its number; later ones do not.
    await market().funded();
    const sweep = await market().fund(terms);
    const assign = await market().assign(terms, assetId);
    const start = await market().start(assign.leaseId);
    const startedAt = Number((await market().lease(assign.leaseId)).startedAt);
    const { proof, inputs } = await proofOf(assign.leaseId);
    await market().warpTo(startedAt + 100);
    const end = await market().end(terms, assign.leaseId, REASON.completed);
    const receipt = market().receiptOf(assign.leaseId, { head: inputs.head, last: true });
    const capture = await market().capture(terms, receipt, proof);
    const accept = await market().accept(terms, 61_500n);
    const settle = await market().settle(terms);
    const release = await market().release(terms);

    expect(sweep.gasUsed).toBeLessThan(275_000n);
    // The payee's account is opened here, so that booking and redeeming write no new slot for it.
    expect(assign.gasUsed).toBeLessThan(385_000n);
    expect(start.gasUsed).toBeLessThan(50_000n);
    expect(end.gasUsed).toBeLessThan(95_000n);
    expect(capture.gasUsed).toBeLessThan(420_000n);
    expect(accept.gasUsed).toBeLessThan(110_000n);
    expect(settle.gasUsed).toBeLessThan(110_000n);
    expect(release.gasUsed).toBeLessThan(125_000n);
  });

  it("of an assignment does not grow with the number of leases and assets: the market cannot be clogged", async () => {
    const terms = await market().funded({ maxLeases: 60_000 });
    const costs: bigint[] = [];
    for (let index = 0; index < 30; index++)
      costs.push((await market().assign(terms, await market().listedAsset(), 1)).gasUsed);
    // The first one writes counters that were zero; the rest cost the same but for a byte of calldata.
    expect(Number((costs.at(-1) ?? 0n) - (costs[1] ?? 0n))).toBeLessThan(500);
  });
});
