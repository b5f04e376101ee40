import { verifierAbi } from "@gristmill/shared/abi/verifier";
import { type Abi, encodeFunctionData, toHex, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { createProver, negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const market = useMarket({ verifier: "real" });
const prover = createProver();
let made: Awaited<ReturnType<typeof prover.prove>>;

beforeAll(async () => {
  made = await prover.prove({
    market: market().at.market,
    leaseId: toHex(1, { size: 32 }),
    payee: accounts.provider.address,
    sequence: 0,
    output: zeroHash,
    from: 0,
    ticks: [60],
  });
});
afterAll(() => prover.close());

const verify = (proof: { a: unknown; b: unknown; c: unknown } = made.proof, inputs = made.inputs) =>
  market().read<boolean>("verifier", "verifyUsage", [proof.a, proof.b, proof.c, inputs]);

/** What one call with this much gas answers. */
async function verifyWithGas(gas: bigint): Promise<boolean | "reverts"> {
  const { a, b, c } = made.proof;
  const data = encodeFunctionData({
    abi: verifierAbi as Abi,
    functionName: "verifyUsage",
    args: [a, b, c, made.inputs],
  });
  const result = await market()
    .publicClient.call({ to: market().at.verifier, data, gas })
    .catch(() => undefined);
  return result?.data ? BigInt(result.data) === 1n : "reverts";
}

describe("verifyUsage", () => {
  it("says yes to a proof and to its negation, and no to any other input", async () => {
    expect(await verify()).toBe(true);
    expect(await verify(negated(made.proof))).toBe(true);
    for (const field of ["context", "origin", "head", "from", "to"] as const)
      expect(await verify(made.proof, { ...made.inputs, [field]: made.inputs[field] + 1n })).toBe(false);
  });

  it("says no to points that are not on the curve", async () => {
    expect(await verify({ ...made.proof, a: [1n, 1n] })).toBe(false);
  });

  it.each(["context", "origin", "head", "from", "to"] as const)(
    "reverts for %s + r: one statement has one form",
    async (field) => {
      const value = made.inputs[field] + ORDER;
      const index = BigInt(["context", "origin", "head", "from", "to"].indexOf(field));
      await expectRevert(verify(made.proof, { ...made.inputs, [field]: value }), "InputOutOfField", [index, value]);
    },
  );

  it("never calls a true proof false for want of gas: it reverts", async () => {
    const answers = new Map<boolean | "reverts", bigint>();
    for (let gas = 30_000n; gas <= 600_000n; gas += 5_000n) {
      const answer = await verifyWithGas(gas);
      expect(answer, `with ${gas} gas`).not.toBe(false);
      answers.set(answer, gas);
    }
    expect([...answers.keys()]).toEqual(["reverts", true]);
  });

  it("guards a verifier that would say false: the generated one does when it starves", async () => {
    const { a, b, c } = made.proof;
    const { context, origin, head, from, to } = made.inputs;
    const abi = (await import("../../deploy/readArtifact.ts")).readArtifact(
      "verify/generated/UsageGroth16Verifier.sol",
      "UsageGroth16Verifier",
    ).abi;
    const data = encodeFunctionData({
      abi,
      functionName: "verifyProof",
      args: [a, b, c, [context, origin, head, from, to]],
    });
    const answers = new Set<string | undefined>();
    for (let gas = 30_000n; gas <= 400_000n; gas += 10_000n)
      answers.add(
        (
          await market()
            .publicClient.call({ to: market().at.groth16Verifier, data, gas })
            .catch(() => undefined)
        )?.data,
      );
    expect(answers).toContain(zeroHash);
  });
});
