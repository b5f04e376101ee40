import { verifierAbi } from "@gristmill/shared/abi/verifier";
import { type Abi, concat, encodeFunctionData, type Hex, hexToBigInt, slice, toHex, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { createProver, negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const market = useMarket({ verifier: "real" });
const prover = createProver();

type Point = readonly [bigint, bigint];
interface Statement {
  a: Point;
  b: readonly [Point, Point];
  c: Point;
  inputs: Record<"context" | "origin" | "head" | "from" | "to", bigint>;
}
let made: Statement[];

beforeAll(async () => {
  made = [];
  for (let sequence = 0; sequence < 3; sequence++) {
    const { proof, inputs } = await prover.prove({
      market: market().at.market,
      leaseId: toHex(1, { size: 32 }),
      payee: accounts.provider.address,
      sequence,
      output: zeroHash,
      from: 60 * sequence,
      ticks: [60 * sequence + 60],
    });
    made.push({ ...proof, inputs } as unknown as Statement);
  }
});
afterAll(() => prover.close());

const verify = (statements: readonly Statement[]) =>
  market().read<boolean>("verifier", "verifyUsageBatch", [statements]);
const at = (index: number) => made[index] as Statement;
/** The batch with one member changed. */
const changed = (index: number, change: Partial<Statement>) =>
  made.map((statement, i) => (i === index ? { ...statement, ...change } : statement));

/** Point addition of BN254, by the chain's own precompile. */
async function add(p: Point, q: Point): Promise<Point> {
  const words = [...p, ...q].map((word) => toHex(word, { size: 32 }));
  const { data } = await market().publicClient.call({
    to: "0x0000000000000000000000000000000000000006",
    data: concat(words),
  });
  return [hexToBigInt(slice(data as Hex, 0, 32)), hexToBigInt(slice(data as Hex, 32, 64))];
}
const G: Point = [1n, 2n];
const minus = ([x, y]: Point): Point => [x, BASE_FIELD - y];

describe("verifyUsageBatch", () => {
  it("says yes to true proofs: one, three, and the same one twice", async () => {
    expect(await verify([at(0)])).toBe(true);
    expect(await verify(made)).toBe(true);
    expect(await verify([at(1), at(1)])).toBe(true);
  });

  it.each([0, 1, 2])(
    "says no when number %d of three is another proof: a cheat cannot hide among honest ones",
    async (bad) => {
      const { a, b, c } = at((bad + 1) % 3);
      expect(await verify(changed(bad, { a, b, c }))).toBe(false);
    },
  );

  it.each(["context", "origin", "head", "from", "to"] as const)(
    "says no when one member's %s is another",
    async (field) => {
      for (const index of [0, 2])
        expect(
          await verify(changed(index, { inputs: { ...at(index).inputs, [field]: at(index).inputs[field] + 1n } })),
        ).toBe(false);
    },
  );

  it("says no to two errors that would cancel in a plain product", async () => {
    // C0 + C1 is what it was, so the product without weights is still one.
    const c0 = await add(at(0).c, G);
    const c1 = await add(at(1).c, minus(G));
    expect(await add(c0, c1)).toEqual(await add(at(0).c, at(1).c));
    expect(await verify([{ ...at(0), c: c0 }, { ...at(1), c: c1 }, at(2)])).toBe(false);
    // The same between two members that both have a weight of their own.
    const c2 = await add(at(2).c, minus(G));
    expect(await verify([at(0), { ...at(1), c: await add(at(1).c, G) }, { ...at(2), c: c2 }])).toBe(false);
    // Inputs whose sum is right, each of them wrong.
    const shifted = (index: number, by: bigint) => ({ inputs: { ...at(index).inputs, to: at(index).inputs.to + by } });
    expect(
      await verify([
        { ...at(0), ...shifted(0, 1n) },
        { ...at(1), ...shifted(1, -1n) },
      ]),
    ).toBe(false);
  });

  it("says no to swapped inputs and to swapped C's", async () => {
    expect(
      await verify([
        { ...at(0), inputs: at(1).inputs },
        { ...at(1), inputs: at(0).inputs },
      ]),
    ).toBe(false);
    expect(
      await verify([
        { ...at(0), c: at(1).c },
        { ...at(1), c: at(0).c },
      ]),
    ).toBe(false);
  });

  it("takes a negated proof for what it is: the same statement, not another one", async () => {
    expect(await verify([negated(at(0)) as Statement, at(1)])).toBe(true);
    expect(await verify([{ ...at(0), a: minus(at(0).a) }, at(1)])).toBe(false);
  });

  it("says no to points that are not on the curve, outside the field, or outside B's subgroup", async () => {
    for (const index of [0, 1]) {
      expect(await verify(changed(index, { a: [1n, 1n] }))).toBe(false);
      expect(await verify(changed(index, { c: [1n, 3n] }))).toBe(false);
      expect(await verify(changed(index, { a: [at(index).a[0] + BASE_FIELD, at(index).a[1]] }))).toBe(false);
      expect(
        await verify(
          changed(index, {
            b: [
              [1n, 2n],
              [3n, 4n],
            ],
          }),
        ),
      ).toBe(false);
    }
  });

  it("says no to the point at infinity for a whole proof: nothing proves nothing", async () => {
    const zero: Point = [0n, 0n];
    expect(await verify(changed(1, { a: zero, b: [zero, zero], c: zero }))).toBe(false);
    expect(await verify([{ ...at(0), a: zero, b: [zero, zero], c: zero }])).toBe(false);
  });

  it("agrees with one call a proof on any mix of true and false ones: a batch is no way around the single check", async () => {
    // The same mixes each time, by a small generator.
    let state = 7;
    const below = (limit: number) => {
      state = (state * 16_807) % 2_147_483_647;
      return state % limit;
    };
    const single = ({ a, b, c, inputs }: Statement) =>
      market().read<boolean>("verifier", "verifyUsage", [a, b, c, inputs]);
    const fields = ["context", "origin", "head", "from", "to"] as const;
    const spoilt = [
      (one: Statement): Statement => ({ ...one, a: minus(one.a) }),
      (one: Statement): Statement => ({ ...one, c: G }),
      (one: Statement): Statement => ({ ...one, b: at(below(3)).b }),
      (one: Statement): Statement => {
        const field = fields[below(5)] ?? "to";
        return { ...one, inputs: { ...one.inputs, [field]: BigInt(below(1000)) } };
      },
      (one: Statement): Statement => negated(one) as Statement,
    ];
    const seen = new Set<boolean>();
    for (let round = 0; round < 16; round++) {
      const batch = Array.from({ length: 1 + below(4) }, () => at(below(3)));
      const bad = below(2 * batch.length);
      if (batch[bad] !== undefined) batch[bad] = spoilt[below(spoilt.length)]?.(batch[bad]) ?? batch[bad];
      const all = (await Promise.all(batch.map(single))).every(Boolean);
      expect(await verify(batch), `round ${round}`).toBe(all);
      seen.add(all);
    }
    expect(seen.size).toBe(2);
  });

  it("reverts for x + r, with the place of the input, and for an empty batch", async () => {
    const value = at(1).inputs.head + ORDER;
    await expectRevert(verify(changed(1, { inputs: { ...at(1).inputs, head: value } })), "InputOutOfField", [
      7n,
      value,
    ]);
    await expectRevert(verify([]), "EmptyBatch");
  });

  it("never calls true proofs false for want of gas: it reverts", async () => {
    const data = encodeFunctionData({ abi: verifierAbi as Abi, functionName: "verifyUsageBatch", args: [made] });
    const answers = new Set<string>();
    for (let gas = 60_000n; gas <= 700_000n; gas += 10_000n) {
      const result = await market()
        .publicClient.call({ to: market().at.verifier, data, gas })
        .catch(() => undefined);
      const answer = result?.data ? (BigInt(result.data) === 1n ? "true" : "false") : "reverts";
      expect(answer, `with ${gas} gas`).not.toBe("false");
      answers.add(answer);
    }
    expect([...answers]).toEqual(["reverts", "true"]);
  });

  it("costs at most 55,000 gas a proof at a hundred proofs, calldata apart", async () => {
    const hundred = Array.from({ length: 100 }, (_, index) => at(index % 3));
    const { hash, gasUsed } = await market().send(accounts.stranger, "verifier", "verifyUsageBatch", [hundred], {
      gas: 8_000_000n,
    });
    const { input } = await market().publicClient.getTransaction({ hash });
    const bytes = Buffer.from(input.slice(2), "hex");
    const calldata = bytes.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
    const each = (Number(gasUsed) - 21_000 - calldata) / 100;
    expect(each).toBeGreaterThan(46_000); // less would mean that something was not checked
    expect(each).toBeLessThan(50_000);
  });
});
