import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import { expect, test } from "vitest";
import { usageProver } from "./usageProver.ts";

const origin = tickOrigin({
  chainId: 31_337,
  market: "0x1111111111111111111111111111111111111111",
  leaseId: `0x${"22".repeat(32)}`,
  payee: "0x3333333333333333333333333333333333333333",
  sequence: 0,
});
const context = tickContext(origin, `0x${"44".repeat(32)}`);
const input = usageWitness({ origin, context, from: 0, ticks: [{ elapsed: 1, sample: 5n }] });

test("an owner sees what the prover does, what it took, and that it ends when it is told to", async () => {
  const prover = usageProver();
  const seen = new Set<string>();
  const watching = setInterval(() => seen.add(prover.stage), 1);
  try {
    expect(prover.stage).toBe("idle");
    const { proof, peakRssBytes } = await prover.prove(input);
    expect(proof.a[0]).toBeGreaterThan(0n);
    expect(peakRssBytes).toBeGreaterThan(50 * 1024 ** 2);
    expect([...seen]).toContain("proving");
    expect(prover.stage).toBe("idle");

    const cancel = new AbortController();
    const cancelled = prover.prove(input, cancel.signal);
    cancel.abort(new Error("lease given up"));
    await expect(cancelled).rejects.toThrow("lease given up");
    expect(prover.stage).toBe("idle");
  } finally {
    clearInterval(watching);
    prover.close();
  }
});

test("with a native prover that is none, proofs fail with its name and can be tried again", async () => {
  const prover = usageProver({ program: "/bin/false" });
  await expect(prover.prove(input)).rejects.toMatchObject({
    ...{ code: "proof_failed", retryable: true, message: expect.stringContaining("/bin/false") },
  });
  prover.close();
});
