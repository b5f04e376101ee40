import { verifierAbi } from "@gristmill/shared/abi/verifier";
import { type Abi, encodeFunctionData, toHex, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { createRollupProver } from "../support/rollupProof.ts";
import { negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const FIELDS = ["context", "origin", "head", "from", "to"] as const;
const market = useMarket({ verifier: "real" });

let prover: Awaited<ReturnType<typeof createRollupProver>>;
let made: Awaited<ReturnType<typeof prover.prove>>;
type Inputs = (typeof made)["inputs"];

beforeAll(async () => {
  prover = await createRollupProver(26);
  // Sixteen receipts of 1 to 9 ticks, of as many leases.
  made = await prover.prove(
    [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 8, 8, 9].map((count, index) => ({
      market: market().at.market,
      leaseId: toHex(index + 1, { size: 32 }),
      payee: accounts.provider.address,
      sequence: index,
      output: index === 3 ? toHex(7, { size: 32 }) : zeroHash,
      from: 100 * index,
      ticks: Array.from({ length: count }, (_, tick) => 100 * index + 10 * (tick + 1)),
    })),
  );
});
afterAll(() => prover?.close());

const verify = (rollup: object = made.rollup, inputs: Inputs = made.inputs) =>
  market().read<boolean>("verifier", "verifyUsageRollup", [rollup, inputs]);
const changed = (index: number, change: Partial<Inputs[number]>) =>
  made.inputs.map((receipt, i) => (i === index ? { ...receipt, ...change } : receipt));

describe("verifyUsageRollup", () => {
  it("says yes to sixteen receipts in one proof", async () => {
    expect(made.inputs).toHaveLength(16);
    expect(await verify()).toBe(true);
  });

  it.each(FIELDS)("says no when one receipt's %s is another: a cheat cannot hide among honest ones", async (field) => {
    for (const index of [0, 7, 15])
      expect(await verify(made.rollup, changed(index, { [field]: (made.inputs[index]?.[field] ?? 0n) + 1n }))).toBe(
        false,
      );
  });

  it("says no to receipts left out, added, told twice or swapped", async () => {
    const [first, second, ...rest] = made.inputs;
    if (!first || !second) throw new Error("sixteen receipts");
    expect(await verify(made.rollup, [first, ...rest])).toBe(false);
    expect(await verify(made.rollup, made.inputs.slice(0, -1))).toBe(false);
    expect(await verify(made.rollup, [second, first, ...rest])).toBe(false);
    expect(await verify(made.rollup, [first, first, ...rest])).toBe(false);
    expect(await verify(made.rollup, [...made.inputs, first])).toBe(false);
    // An empty statement adds nothing to the polynomial; the challenge knows it nevertheless.
    const nothing = { context: 0n, origin: 0n, head: 0n, from: 0n, to: 0n };
    expect(await verify(made.rollup, [...made.inputs, nothing])).toBe(false);
  });

  it("says no to changes that cancel in a plain sum", async () => {
    const [one, two] = [made.inputs[1], made.inputs[2]];
    const shifted = made.inputs.map((receipt, index) =>
      index === 1
        ? { ...receipt, to: (one?.to ?? 0n) + 1n }
        : index === 2
          ? { ...receipt, to: (two?.to ?? 0n) - 1n }
          : receipt,
    );
    expect(await verify(made.rollup, shifted)).toBe(false);
  });

  it("says no to another commitment, and to the other circuit's key", async () => {
    expect(await verify({ ...made.rollup, commitment: made.rollup.commitment + 1n })).toBe(false);
    expect(await verify({ ...made.rollup, blocks: 52n })).toBe(false);
  });

  it("takes a negated proof for what it is: the same statements, not other ones", async () => {
    expect(await verify(negated(made.rollup))).toBe(true);
  });

  it("says no to points that are none", async () => {
    expect(await verify({ ...made.rollup, a: [1n, 1n] })).toBe(false);
    const zero = [0n, 0n];
    expect(await verify({ ...made.rollup, a: zero, b: [zero, zero], c: zero })).toBe(false);
  });

  it.each(FIELDS)("reverts for %s + r, with its place: one statement has one form", async (field) => {
    const value = (made.inputs[2]?.[field] ?? 0n) + ORDER;
    const index = BigInt(10 + FIELDS.indexOf(field));
    await expectRevert(verify(made.rollup, changed(2, { [field]: value })), "InputOutOfField", [index, value]);
  });

  it("reverts for a commitment + r, no receipt, more than the circuit holds, and a circuit that is none", async () => {
    const commitment = made.rollup.commitment + ORDER;
    await expectRevert(verify({ ...made.rollup, commitment }), "InputOutOfField", [80n, commitment]);
    await expectRevert(verify(made.rollup, []), "EmptyBatch");
    const many = Array.from({ length: 27 }, () => made.inputs[0] as Inputs[number]);
    await expectRevert(verify(made.rollup, many), "TooManyReceipts", [27n, 26n]);
    await expectRevert(verify({ ...made.rollup, blocks: 27n }), "NoSuchRollup", [27n]);
  });

  it("never calls a true proof false for want of gas: it reverts", async () => {
    const args = [made.rollup, made.inputs];
    const data = encodeFunctionData({ abi: verifierAbi as Abi, functionName: "verifyUsageRollup", args });
    const answers = new Set<string>();
    for (let gas = 60_000n; gas <= 500_000n; gas += 10_000n) {
      const result = await market()
        .publicClient.call({ to: market().at.verifier, data, gas })
        .catch(() => undefined);
      const answer = result?.data ? (BigInt(result.data) === 1n ? "true" : "false") : "reverts";
      expect(answer, `with ${gas} gas`).not.toBe("false");
      answers.add(answer);
    }
    expect([...answers]).toEqual(["reverts", "true"]);
  });

  it("costs at most 17,000 gas a receipt at sixteen, its calldata included", async () => {
    const { gasUsed } = await market().send(accounts.stranger, "verifier", "verifyUsageRollup", [
      made.rollup,
      made.inputs,
    ]);
    const each = (Number(gasUsed) - 21_000) / 16;
    expect(each).toBeGreaterThan(12_500); // less would mean that something was not checked
    expect(each).toBeLessThan(17_000);
  });
});
