import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileMutant, type Removal, wiresOf } from "./support/mutants.ts";
import { blocksOf, type Claim, evaluate, type Row, rollupInput, rollupPublics, rowSignals } from "./support/rollups.ts";

/** Two blocks of two ticks: the same statements, compiled in a fraction of the time. */
const circuit = {
  file: "usageRollup.circom",
  template: "UsageRollup",
  params: [2, 2, 60],
  publicInputs: ["commitment", "challenge", "evaluation"],
};
const FILE = "usageRollup.circom";
const ORIGIN = 77n;
const VICTIM = 99n;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-rollup-mutants-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const row = (elapsed: [bigint, bigint], change: Partial<Row> = {}): Row => ({
  ...{ origin: ORIGIN, from: 100n, ends: 1n, elapsed, sample: [5n, 6n], active: [1n, 1n] },
  ...change,
});
const empty: Row = { origin: 0n, from: 0n, ends: 1n, elapsed: [0n, 0n], sample: [0n, 0n], active: [0n, 0n] };
const goesOn = { origin: 0n, from: 0n };
const claim = (change: Partial<Claim>): Claim => ({
  context: 3n,
  origin: ORIGIN,
  head: 0n,
  from: 100n,
  to: 0n,
  ...change,
});
const headOf = (rows: Row[], block: number) => blocksOf(rows)[block]?.head ?? 0n;
const mod = (value: bigint) => ((value % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;

/** Rows, and what is claimed of them. */
type Forgery = { rows: Row[]; claims: Claim[] };
const of = (rows: Row[], claims: (head: (block: number) => bigint) => Claim[]): Forgery => ({
  rows,
  claims: claims((block) => headOf(rows, block)),
});

const honest = of([row([110n, 120n], { ends: 0n }), row([130n, 140n], goesOn)], (head) => [
  claim({ head: head(1), to: 140n }),
]);

/** For every constraint, receipts that only this constraint refuses. */
const attacks: [name: string, statement: string, forgery: Forgery][] = [
  [
    "claim a receipt that has a start and no end",
    "ends[BLOCKS - 1] === 1;",
    of([row([110n, 120n]), row([30n, 40n], { origin: VICTIM, from: 20n, ends: 0n })], (head) => [
      claim({ head: head(0), to: 120n }),
      claim({ origin: VICTIM, head: 0n, from: 20n, to: 0n }),
    ]),
  ],
  [
    "end twice, and so bill its seconds twice",
    "ends[b] * (ends[b] - 1) === 0;",
    // ends = 2: the end counts twice, the next block goes on "minus once" and the power becomes 2 g^4 - 1.
    (() => {
      const rows = [row([110n, 120n], { ends: 2n }), row([mod(-120n), mod(-110n)], goesOn)];
      const [first, second] = [headOf(rows, 0), headOf(rows, 1)];
      return {
        rows,
        claims: [
          claim({ head: mod(2n * first - second), to: 350n }),
          claim({ origin: 0n, head: mod(2n * second), from: 0n, to: mod(-220n) }),
        ],
      };
    })(),
  ],
  [
    "pass the ticks of one lease off as another's",
    "goesOn[b] * origin[b] === 0;",
    of([row([110n, 120n], { ends: 0n }), row([130n, 140n], { origin: VICTIM - ORIGIN, from: 0n })], (head) => [
      claim({ origin: VICTIM, head: head(1), to: 140n }),
    ]),
  ],
  [
    "jump over a gap between two blocks",
    "goesOn[b] * from[b] === 0;",
    of([row([110n, 120n], { ends: 0n }), row([630n, 640n], { origin: 0n, from: 500n })], (head) => [
      claim({ head: head(1), from: 600n, to: 640n }),
    ]),
  ],
  [
    "start before the lease began",
    "fromBits[b].in <== from[b];",
    of([row([20n, 30n], { from: FIELD_SIZE - 10n }), empty], (head) => [
      claim({ head: head(0), from: FIELD_SIZE - 10n, to: 30n }),
    ]),
  ],
  [
    "go on after padding, and so have many layouts",
    "goesOn[b] * (1 - active[b - 1][TICKS - 1]) === 0;",
    of([row([110n, 110n], { ends: 0n, active: [1n, 0n], sample: [5n, 0n] }), row([130n, 140n], goesOn)], (head) => [
      claim({ head: head(1), to: 140n }),
    ]),
  ],
  [
    "go on without a tick, and so have many layouts",
    "goesOn[b] * (1 - active[b][0]) === 0;",
    of(
      [row([110n, 120n], { ends: 0n }), row([120n, 120n], { ...goesOn, active: [0n, 0n], sample: [0n, 0n] })],
      (head) => [claim({ head: head(1), to: 120n })],
    ),
  ],
  [
    "have an origin and no tick",
    "(1 - active[b][0]) * origin[b] === 0;",
    of([{ ...empty, origin: ORIGIN }, empty], () => [claim({ head: ORIGIN, from: 0n, to: 0n })]),
  ],
  [
    "have a start and no tick",
    "(1 - active[b][0]) * from[b] === 0;",
    of([{ ...empty, from: 7n, elapsed: [7n, 7n] }, empty], () => [claim({ origin: 0n, head: 0n, from: 7n, to: 7n })]),
  ],
  [
    "claim what no block says",
    "evaluation === sum;",
    of([row([110n, 120n]), empty], (head) => [claim({ head: head(0), to: 121n })]),
  ],
];

describe("receipts that would", () => {
  let whole: string;
  beforeAll(async () => {
    whole = await compileMutant(directory, "whole", circuit);
    expect(await wiresOf(whole, rollupInput(honest.rows, honest.claims))).toBeDefined();
  });

  test.each(attacks)("%s are refused, by one constraint alone", async (name, statement, { rows, claims }) => {
    const input = rollupInput(rows, claims);
    expect(await wiresOf(whole, input)).toBeUndefined();
    const removal: Removal = [FILE, statement];
    expect(
      await wiresOf(await compileMutant(directory, name.replaceAll(/\W+/g, "-"), circuit, removal), input),
    ).toBeDefined();
  });

  test("be chosen after the challenge are refused, by the commitment alone", async () => {
    // Whoever may still choose blocks when the challenge is known has many sums to hit the contract's with: with one free
    // receipt for each of 25 blocks that is a generalised birthday problem, far below the field's size.
    const { commitment, challenge } = rollupPublics(honest.rows, honest.claims);
    const rows = [row([110n, 120n], { sample: [8n, 9n] }), empty];
    const evaluation = evaluate(challenge, [claim({ head: headOf(rows, 0), to: 120n })]);
    const late = { commitment, challenge, evaluation, ...rowSignals(rows) };
    expect(await wiresOf(whole, late)).toBeUndefined();
    const mutant = await compileMutant(directory, "late", circuit, [FILE, "commitment === commit.out;"]);
    expect(await wiresOf(mutant, late)).toBeDefined();
  });
});
