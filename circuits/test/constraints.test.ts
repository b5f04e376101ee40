import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { buildPoseidon } from "circomlibjs";
import { wtns } from "snarkjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileCircuit } from "../scripts/setup/compileCircuit.ts";
import { SOURCE_DIR } from "../scripts/setup/paths.ts";

/** The circuit with 3 ticks: the same statements, compiled in a fraction of the time. */
const circuit = {
  name: "small",
  file: "usage.circom",
  template: "UsageProof",
  params: [3, 60],
  publicInputs: ["context", "origin", "head", "from", "to"],
  power: 10,
  verifier: { contract: "Small", file: "unused" },
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-mutants-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What stands in for a statement: circom wants every component to have an input, so a check then checks 0. */
const neutral = (statement: string) =>
  statement.replace(/^(\w+\.in <== ).*|^.*/, (_, input) => (input ? `${input}0;` : ""));

/** Compiles the circuit, with one statement taken out of one source file where told. */
async function compile(name: string, removal?: readonly [file: string, statement: string]): Promise<Uint8Array> {
  const sources = join(directory, name, "src");
  cpSync(SOURCE_DIR, sources, { recursive: true });
  if (removal) {
    const path = join(sources, removal[0]);
    const text = readFileSync(path, "utf8");
    expect(text.split(removal[1])).toHaveLength(2);
    writeFileSync(path, text.replace(removal[1], neutral(removal[1])));
  }
  await compileCircuit(circuit, join(directory, name), sources);
  return new Uint8Array(readFileSync(join(directory, name, "small.wasm")));
}

async function accepts(wasm: Uint8Array, input: Record<string, unknown>): Promise<boolean> {
  try {
    await wtns.calculate(input, wasm, { type: "mem" });
    return true;
  } catch {
    return false;
  }
}

const poseidon = await buildPoseidon();

/** A receipt whose head follows from the given ticks, valid or not. */
function receipt(from: bigint, elapsed: bigint[], active: bigint[] = [1n, 1n, 1n], sample: bigint[] = [0n, 0n, 0n]) {
  let head = 7n;
  for (const [index, time] of elapsed.entries()) {
    const isActive = active[index] ?? 0n;
    const link = poseidon.F.toObject(poseidon([head, time, sample[index] ?? 0n]));
    head = (((head + isActive * (link - head)) % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;
  }
  return { context: 9n, origin: 7n, head, from, to: elapsed.at(-1) ?? 0n, elapsed, sample, active };
}

/** For every constraint, a receipt that only this constraint refuses. */
const attacks: [name: string, removal: readonly [string, string], input: Record<string, unknown>][] = [
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
    ["usage.circom", "active[i] * (active[i] - 1) === 0;"],
    receipt(100n, [110n, 120n, 120n], [1n, 1n, 2n]),
  ],
  [
    "hide a tick behind padding",
    ["usage.circom", "active[i] * (1 - active[i - 1]) === 0;"],
    receipt(100n, [110n, 110n, 120n], [1n, 0n, 1n]),
  ],
  [
    "claim a head that nobody signed",
    ["usage.circom", "head === tick[N - 1].nextHead;"],
    { ...receipt(100n, [110n, 120n, 130n]), head: 1n },
  ],
  [
    "claim an end after its last tick",
    ["usage.circom", "to === elapsed[N - 1];"],
    { ...receipt(100n, [110n, 120n, 130n]), to: 131n },
  ],
];

describe("a receipt that would", () => {
  let whole: Uint8Array;
  beforeAll(async () => {
    whole = await compile("whole");
    expect(await accepts(whole, receipt(100n, [110n, 120n, 130n]))).toBe(true);
  });

  test.each(attacks)("%s is refused, by one constraint alone", async (name, removal, input) => {
    expect(await accepts(whole, input)).toBe(false);
    expect(await accepts(await compile(name.replaceAll(" ", "-"), removal), input)).toBe(true);
  });
});

test("no signal is assigned without a constraint", () => {
  for (const file of ["usage.circom", "lib/tick.circom", "lib/range.circom"]) {
    expect(readFileSync(join(SOURCE_DIR, file), "utf8")).not.toMatch(/<--|-->/);
  }
});
