import { termsForChain } from "@gristmill/shared/job/terms";
import { zeroHash } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { createProver } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket({ verifier: "real" });
const prover = createProver();
afterAll(() => prover.close());

describe("a starved capture", () => {
  it("fails as a whole at every gas limit: state is unchanged and the provider loses nothing", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    const { proof, inputs } = await prover.prove({
      market: market().at.market,
      leaseId,
      payee: accounts.provider.address,
      sequence: 0,
      output: zeroHash,
      from: 0,
      ticks: [60],
    });
    await market().warpTo(startedAt + 100);
    const receipt = market().receiptOf(leaseId, { head: inputs.head });
    const signatures = [await market().signReceipt(receipt), await market().signTick(receipt)];
    const args = [termsForChain(terms), receipt, ...signatures, proof];
    const before = await market().job(terms);

    let needed = 0n;
    for (let gas = 100_000n; needed === 0n && gas < 1_500_000n; gas += 50_000n) {
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
