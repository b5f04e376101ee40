import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { context, origin, receiptOf } from "../test/support/receipts.ts";
import { createUsageProver, type UsageProver } from "./createUsageProver.ts";
import type { ProveStage } from "./proverMessages.ts";
import { proveUsage } from "./proveUsage.ts";
import { usageProverArtifacts } from "./usageProverArtifacts.ts";

const artifacts = usageProverArtifacts();
let prover: UsageProver;
beforeAll(() => {
  prover = createUsageProver(artifacts);
});
afterAll(() => prover.close());

describe("an honest node gets its proof", () => {
  test.each([1, 5, 16])("of %i ticks, verified, with the inputs that the contract expects", async (count) => {
    const input = receiptOf(count);
    const stages: ProveStage[] = [];
    const result = await prover.prove({ input, onStage: (stage) => stages.push(stage) });
    expect(result.publicInputs).toEqual([context, origin, BigInt(input.head), 100n, BigInt(input.to)]);
    expect(result.verified).toBe(true);
    expect([...result.proof.a, ...result.proof.b.flat(), ...result.proof.c].every((value) => value > 0n)).toBe(true);
    expect(stages).toEqual(["loading", "witness", "proving", "verifying"]);
  });

  test("when two are asked for at once: both come, each its own", async () => {
    const both = await Promise.all([1, 2].map((count) => prover.prove({ input: receiptOf(count) })));
    expect(both.map(({ publicInputs }) => publicInputs[4])).toEqual([110n, 120n]);
  });

  test("after another proof was cancelled half way, or ran out of time", async () => {
    const controller = new AbortController();
    const cancelled = prover.prove({
      input: receiptOf(16),
      signal: controller.signal,
      onStage: (stage) => stage === "proving" && controller.abort(new Error("lease stopped")),
    });
    await expect(cancelled).rejects.toThrow("lease stopped");
    await expect(prover.prove({ input: receiptOf(16), timeoutMs: 1 })).rejects.toMatchObject({
      code: "proof_failed",
      details: { timeoutMs: 1 },
    });
    expect((await prover.prove({ input: receiptOf(1) })).verified).toBe(true);
  });

  test("in one call, without keeping a prover", async () => {
    expect((await proveUsage({ artifacts, input: receiptOf(2) })).publicInputs[4]).toBe(120n);
  });
});

describe("a bad request ends with its reason", () => {
  test("a receipt that breaks a constraint, which no retry can mend", async () => {
    await expect(prover.prove({ input: { ...receiptOf(2), to: "121" } })).rejects.toMatchObject({
      code: "invalid_request",
      retryable: false,
      message: expect.stringContaining("breaks a constraint"),
    });
  });

  test.each(["wasm", "zkey", "verificationKey"] as const)(
    "a swapped %s, which could prove another statement",
    async (kind) => {
      const swapped = { ...artifacts, sha256: { ...artifacts.sha256, [kind]: "00".repeat(32) } };
      await expect(proveUsage({ artifacts: swapped, input: receiptOf(1) })).rejects.toMatchObject({
        code: "artifact_corrupt",
        message: expect.stringContaining(artifacts[kind]),
      });
    },
  );

  test("a missing key names the command that makes it", async () => {
    const missing = { ...artifacts, zkey: `${artifacts.zkey}.gone` };
    await expect(proveUsage({ artifacts: missing, input: receiptOf(1) })).rejects.toThrow(/scripts\/build\.ts/);
  });

  test("a signal aborted before the start proves nothing", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(prover.prove({ input: receiptOf(1), signal })).rejects.toThrow("too late");
  });

  test("a closed prover", async () => {
    const closed = createUsageProver(artifacts);
    closed.close();
    await expect(closed.prove({ input: receiptOf(1) })).rejects.toMatchObject({ code: "proof_failed" });
  });
});
