import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOCK_TICKS, rollupWitness } from "@gristmill/shared/receipt/rollupWitness";
import { MAX_TICK_SECONDS } from "@gristmill/shared/receipt/tickChain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildArtifacts } from "../scripts/build.ts";
import { circuitArtifacts } from "../scripts/setup/artifacts.ts";
import { freeSignals } from "./support/freeSignals.ts";
import { compileMutant, wiresOf } from "./support/mutants.ts";
import { paperPoseidon } from "./support/paperPoseidon.ts";
import { type R1cs, readR1cs, satisfies } from "./support/r1cs.ts";
import { type Row, receiptsOf, rollupInput, rollupPublics } from "./support/rollups.ts";

const BLOCKS = 3;
/** Three blocks: the same statements as 26 or 52, compiled in a fraction of the time. */
const circuit = {
  file: "usageRollup.circom",
  template: "UsageRollup",
  params: [BLOCKS, BLOCK_TICKS, MAX_TICK_SECONDS],
  publicInputs: ["commitment", "challenge", "evaluation"],
};

let directory: string;
let small: string;
let r1cs: R1cs;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-rollup-"));
  small = await compileMutant(directory, "small", circuit);
  r1cs = readR1cs(`${small}.r1cs`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The circuit's input as the product lays it out, with the rows as numbers. */
function laidOut(tickCounts: readonly number[], stepSeconds?: number, blocks = BLOCKS) {
  const { input, statements } = rollupWitness(receiptsOf(tickCounts, stepSeconds), blocks);
  const rows: Row[] = input.origin.map((origin, index) => ({
    origin: BigInt(origin),
    from: BigInt(input.from[index] ?? 0),
    ends: BigInt(input.ends[index] ?? 0),
    elapsed: (input.elapsed[index] ?? []).map(BigInt),
    sample: (input.sample[index] ?? []).map(BigInt),
    active: (input.active[index] ?? []).map(BigInt),
  }));
  const claims = statements.map(({ from, to, ...rest }) => ({ ...rest, from: BigInt(from), to: BigInt(to) }));
  return { input, rows, claims };
}

/** Rows and claims moved by a cheat, with every public input made to fit. */
function forged(tickCounts: readonly number[], change: (draft: ReturnType<typeof laidOut>) => void) {
  const draft = laidOut(tickCounts);
  change(draft);
  return rollupInput(draft.rows, draft.claims);
}

describe("receipts are provable together, or an honest node goes unpaid", () => {
  test.each([[[1]], [[3]], [[4]], [[5]], [[12]], [[1, 1, 1]], [[4, 8]], [[8, 4]], [[2, 5]]])(
    "of %j ticks: commitment, challenge and evaluation as paper and chain have them",
    async (tickCounts) => {
      const { input, rows, claims } = laidOut(tickCounts);
      const wires = (await wiresOf(small, input)) ?? [];
      const { commitment, challenge, evaluation } = rollupPublics(rows, claims);
      expect(wires.slice(1, 4)).toEqual([commitment, challenge, evaluation]);
      expect(wires).toHaveLength(r1cs.wires);
      expect(satisfies(r1cs, wires)).toBe(true);
      // The heads are those that the notary signed tick by tick.
      for (const [index, { origin, ticks }] of receiptsOf(tickCounts).entries()) {
        const head = ticks.reduce((last, tick) => paperPoseidon([last, BigInt(tick.elapsed), tick.sample]), origin);
        expect(claims[index]?.head).toBe(head);
      }
    },
  );

  test.each([0, 1, MAX_TICK_SECONDS - 1, MAX_TICK_SECONDS])("with ticks %i seconds apart", async (step) => {
    expect(await wiresOf(small, laidOut([5, 2], step).input)).toBeDefined();
  });

  test.each([BLOCKS - 1, BLOCKS])("%i receipts in as many blocks or fewer", async (count) => {
    expect(await wiresOf(small, laidOut(Array.from({ length: count }, () => 2)).input)).toBeDefined();
  });

  test("but not more than there are blocks, nor none", () => {
    expect(() => laidOut([1, 1, 1, 1])).toThrow(/1 to 3 blocks of ticks, got 4/);
    expect(() => laidOut([5, 5])).toThrow(/got 4/);
    expect(() => laidOut([])).toThrow(/got 0/);
  });

  test("whose last start is the last one that 32 bits hold", async () => {
    const late = (from: bigint) =>
      forged([1], ({ rows, claims }) => {
        const [row, claim] = [rows[0], claims[0]];
        if (!row || !claim) throw new Error("one receipt");
        Object.assign(row, { from, elapsed: row.elapsed.map(() => from) });
        const head = paperPoseidon([row.origin, from, row.sample[0] ?? 0n]);
        Object.assign(claim, { from, to: from, head });
      });
    expect(await wiresOf(small, late(2n ** 32n - 1n))).toBeDefined();
    expect(await wiresOf(small, late(2n ** 32n))).toBeUndefined();
  });
});

describe("receipts that bill what no notary saw are refused", () => {
  test.each([
    ["a first tick too late", [1], 0, 0],
    ["a gap within a block", [3], 0, 1],
    ["a gap between two blocks", [6], 1, 0],
  ])("%s", async (_name, tickCounts, block, slot) => {
    const shifted = (seconds: bigint) =>
      forged(tickCounts, ({ rows, claims }) => {
        for (const [index, row] of rows.entries()) {
          if (row.origin === 0n && row.active[0] === 0n) continue; // an empty block
          const late = (at: number) => index > block || (index === block && at >= slot);
          row.elapsed = row.elapsed.map((time, at) => (late(at) ? time + seconds : time));
        }
        const [claim] = claims;
        if (!claim) throw new Error("one receipt");
        let head = claim.origin;
        for (const row of rows)
          for (const [at, time] of row.elapsed.entries())
            if (row.active[at] === 1n) head = paperPoseidon([head, time, row.sample[at] ?? 0n]);
        Object.assign(claim, { head, to: claim.to + seconds });
      });
    // Ten seconds are there already.
    expect(await wiresOf(small, shifted(BigInt(MAX_TICK_SECONDS - 11)))).toBeDefined();
    expect(await wiresOf(small, shifted(BigInt(MAX_TICK_SECONDS - 10)))).toBeDefined();
    expect(await wiresOf(small, shifted(BigInt(MAX_TICK_SECONDS - 9)))).toBeUndefined();
  });

  const one = (field: "origin" | "head" | "from" | "to", by: bigint) =>
    forged([3, 5], ({ claims }) => {
      for (const claim of claims.slice(1)) claim[field] += by;
    });
  test.each(["origin", "head", "from", "to"] as const)("another %s than the ticks have", async (field) => {
    for (const by of [1n, -1n]) expect(await wiresOf(small, one(field, by))).toBeUndefined();
  });

  test("two receipts with their heads, starts or ends swapped", async () => {
    for (const field of ["origin", "head", "from", "to"] as const) {
      const swapped = forged([3, 5], ({ claims }) => {
        const [first, second] = claims;
        if (!first || !second) throw new Error("two receipts");
        [first[field], second[field]] = [second[field], first[field]];
      });
      expect(await wiresOf(small, swapped)).toBeUndefined();
    }
  });

  test("a receipt told twice, left out, or out of order", async () => {
    for (const edit of [
      (claims: unknown[]) => claims.push(claims[0]),
      (claims: unknown[]) => claims.pop(),
      (claims: unknown[]) => claims.shift(),
      (claims: unknown[]) => claims.reverse(),
    ])
      expect(
        await wiresOf(
          small,
          forged([3, 5], ({ claims }) => void edit(claims)),
        ),
      ).toBeUndefined();
  });

  test("another output: the challenge hangs on the context, so the proof's does not fit", async () => {
    const { input, rows, claims } = laidOut([3]);
    const other = rollupPublics(
      rows,
      claims.map((claim) => ({ ...claim, context: claim.context + 1n })),
    );
    expect(other.challenge).not.toBe(BigInt(input.challenge));
  });
});

describe("the constraints hold every signal in place, or a prover could move one and keep the proof", () => {
  test.each([[[1]], [[12]], [[1, 4, 3]], [[2, 5]], [[4, 8]]])("each signal of receipts of %j ticks", async (counts) => {
    expect(freeSignals(r1cs, (await wiresOf(small, laidOut(counts).input)) ?? [])).toEqual([]);
  });

  test("each signal of sixteen receipts in the circuit that is used", async () => {
    await buildArtifacts({ circuits: ["usageRollup26"] });
    const { files } = circuitArtifacts("usageRollup26");
    const counts = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 8, 8, 9];
    const wires = await wiresOf(files.wasm.replace(/\.wasm$/, ""), laidOut(counts, 30, 26).input);
    const used = readR1cs(files.r1cs);
    expect(satisfies(used, wires ?? [])).toBe(true);
    expect(freeSignals(used, wires ?? [])).toEqual([]);
  });
});
