import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SOURCE_DIR } from "../scripts/setup/paths.ts";
import { compileMutant, type Removal, wiresOf } from "./support/mutants.ts";
import { paperPoseidon } from "./support/paperPoseidon.ts";

/** The circuit with 3 ticks: the same statements, compiled in a fraction of the time. */
const circuit = {
  file: "usage.circom",
  template: "UsageProof",
  params: [3, 60],
  publicInputs: ["context", "origin", "head", "from", "to"],
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-mutants-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A receipt whose head follows from the given ticks, valid or not. */
function receipt(from: bigint, elapsed: bigint[], active: bigint[] = [1n, 1n, 1n], sample: bigint[] = [0n, 0n, 0n]) {
  let head = 7n;
  for (const [index, time] of elapsed.entries()) {
    const isActive = active[index] ?? 0n;
    const link = paperPoseidon([head, time, sample[index] ?? 0n]);
    head = (((head + isActive * (link - head)) % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;
  }
  return { context: 9n, origin: 7n, head, from, to: elapsed.at(-1) ?? 0n, elapsed, sample, active };
}

/** For every constraint, a receipt that only this constraint refuses. */
const attacks: [name: string, removal: Removal, input: Record<string, unknown>][] = [
  [
    "bill more than the seconds of one step",
    ["lib/range.circom", "high.in <== MAX - in;"],
    receipt(100n, [163n, 163n, 163n]),
  ],
  ["let time run backwards", ["lib/range.circom", "low.in <== in;"], receipt(100n, [160n, 157n, 157n])],
  [
    "add seconds in padding, which no notary signed",
    ["lib/tick.circom", "(1 - active) * (elapsed - previousElapsed) === 0;"],
    receipt(100n, [110n, 170n, 230n], [1n, 0n, 0n]),
  ],
  [
    "carry data in padding, and so have many witnesses for one receipt",
    ["lib/tick.circom", "(1 - active) * sample === 0;"],
    receipt(100n, [110n, 110n, 110n], [1n, 0n, 0n], [0n, 5n, 0n]),
  ],
  [
    "start before the lease began",
    ["usage.circom", "fromBits.in <== from;"],
    receipt(FIELD_SIZE - 10n, [20n, 20n, 20n]),
  ],
  [
    "end after the 32 bits of a second counter",
    ["usage.circom", "toBits.in <== to;"],
    receipt(2n ** 32n - 1n, [2n ** 32n - 1n, 2n ** 32n + 9n, 2n ** 32n + 9n]),
  ],
  ["hold no tick", ["usage.circom", "active[0] === 1;"], receipt(100n, [100n, 100n, 100n], [0n, 0n, 0n])],
  [
    "count a tick by a fraction",
    ["lib/tickChain.circom", "active[i] * (active[i] - 1) === 0;"],
    receipt(100n, [110n, 120n, 120n], [1n, 1n, 2n]),
  ],
  [
    "hide a tick behind padding",
    ["lib/tickChain.circom", "active[i] * (1 - active[i - 1]) === 0;"],
    receipt(100n, [110n, 110n, 120n], [1n, 0n, 1n]),
  ],
  [
    "claim a head that nobody signed",
    ["usage.circom", "head === chain.nextHead;"],
    { ...receipt(100n, [110n, 120n, 130n]), head: 1n },
  ],
  [
    "claim an end after its last tick",
    ["usage.circom", "to === chain.nextTime;"],
    { ...receipt(100n, [110n, 120n, 130n]), to: 131n },
  ],
];

describe("a receipt that would", () => {
  let whole: string;
  beforeAll(async () => {
    whole = await compileMutant(directory, "whole", circuit);
    expect(await wiresOf(whole, receipt(100n, [110n, 120n, 130n]))).toBeDefined();
  });

  test.each(attacks)("%s is refused, by one constraint alone", async (name, removal, input) => {
    expect(await wiresOf(whole, input)).toBeUndefined();
    const mutant = await compileMutant(directory, name.replaceAll(" ", "-"), circuit, removal);
    expect(await wiresOf(mutant, input)).toBeDefined();
  });
});

test("no signal is assigned without a constraint", () => {
  const files = readdirSync(SOURCE_DIR, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) =>
    /^usage.*circom$|^lib\/(tick|tickChain|range|commitment)\.circom$/.test(name),
  )) {
    expect(readFileSync(join(SOURCE_DIR, file), "utf8")).not.toMatch(/<--|-->/);
  }
});
