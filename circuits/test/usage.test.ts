import { FIELD_SIZE, MAX_TICK_SECONDS, MAX_TICKS, nextHead } from "@gristmill/shared/receipt/tickChain";
import type { UsageCircuitInput } from "@gristmill/shared/receipt/usageWitness";
import { describe, expect, test } from "vitest";
import { circuitArtifacts } from "../scripts/setup/artifacts.ts";
import { freeSignals } from "./support/freeSignals.ts";
import { paperPoseidon } from "./support/paperPoseidon.ts";
import { readR1cs, satisfies } from "./support/r1cs.ts";
import { context, origin, receiptOf } from "./support/receipts.ts";
import { witnessOf } from "./support/witness.ts";

const r1cs = readR1cs(circuitArtifacts("usage").files.r1cs);

/** Wires 1 to 5 are the public inputs, in the verifier's order. */
const publicWires = (witness: bigint[]) => witness.slice(1, 6);

/** The head over given padded arrays, by Poseidon as the paper defines it. */
function independentHead(input: UsageCircuitInput): bigint {
  let head = BigInt(input.origin);
  for (let i = 0; input.active[i] === "1"; i++) {
    head = paperPoseidon([head, BigInt(input.elapsed[i] ?? 0), BigInt(input.sample[i] ?? 0)]);
  }
  return head;
}

/** An input with some array entries replaced, and head and to made to fit, as a cheating node would. */
function forged(input: UsageCircuitInput, change: (draft: UsageCircuitInput) => void): UsageCircuitInput {
  const draft = structuredClone(input);
  change(draft);
  let head = BigInt(draft.origin);
  for (let i = 0; i < MAX_TICKS; i++) {
    if (draft.active[i] === "1") head = nextHead(head, Number(draft.elapsed[i]), BigInt(draft.sample[i] ?? 0));
  }
  return { ...draft, head: head.toString(), to: draft.elapsed[MAX_TICKS - 1] ?? "" };
}

describe("a valid receipt is provable, or an honest node goes unpaid", () => {
  test.each([1, 5, 16])("with %i ticks: head as the paper has it, every constraint satisfied", async (count) => {
    const input = receiptOf(count);
    const witness = await witnessOf(input);
    const expected = [context, origin, independentHead(input), 100n, BigInt(100 + count * 10)];
    expect(publicWires(witness)).toEqual(expected);
    expect(witness).toHaveLength(r1cs.wires);
    expect(satisfies(r1cs, witness)).toBe(true);
  });

  test.each([0, 1, MAX_TICK_SECONDS - 1, MAX_TICK_SECONDS])("with ticks %i seconds apart", async (step) => {
    const witness = await witnessOf(receiptOf(MAX_TICKS, step));
    expect(publicWires(witness)[4]).toBe(BigInt(100 + MAX_TICKS * step));
  });

  test("whose last second is the last one that 32 bits hold", async () => {
    const last = 2 ** 32 - 1;
    const input = forged(receiptOf(1), (draft) => {
      draft.from = String(last - 5);
      draft.elapsed.fill(String(last));
    });
    expect(publicWires(await witnessOf(input))[4]).toBe(BigInt(last));
  });
});

describe("a receipt that bills what no notary saw is refused", () => {
  /** Which template's assertion fails shows that the input is refused for the reason named. */
  const refusals: [name: string, template: RegExp, input: UsageCircuitInput][] = [
    [
      `a first tick ${MAX_TICK_SECONDS + 1} seconds after from`,
      /Num2Bits/,
      forged(receiptOf(1), (draft) => draft.elapsed.fill(String(100 + MAX_TICK_SECONDS + 1))),
    ],
    [
      `a gap of ${MAX_TICK_SECONDS + 1} seconds between two ticks`,
      /Num2Bits/,
      forged(receiptOf(2), (draft) => draft.elapsed.fill(String(110 + MAX_TICK_SECONDS + 1), 1)),
    ],
    [
      // 63 is the largest step that the lower of the two range checks lets through alone.
      "a gap of 63 seconds",
      /Num2Bits/,
      forged(receiptOf(2), (draft) => draft.elapsed.fill("173", 1)),
    ],
    ["time that runs backwards", /Num2Bits/, forged(receiptOf(2), (draft) => draft.elapsed.fill("109", 1))],
    ["from after the first tick", /Num2Bits/, { ...receiptOf(1), from: "111" }],
    [
      "from before the lease began (a negative number in the field)",
      /Num2Bits/,
      forged(receiptOf(1), (draft) => {
        draft.from = (FIELD_SIZE - 10n).toString();
        draft.elapsed.fill("20");
      }),
    ],
    [
      "an elapsed time of 33 bits",
      /Num2Bits/,
      forged(receiptOf(1), (draft) => {
        draft.from = String(2 ** 32 - 1);
        draft.elapsed.fill(String(2 ** 32 - 1));
        draft.elapsed.fill((2n ** 32n).toString(), 1);
        draft.active[1] = "0";
      }),
    ],
    ["an end after the last tick", /UsageProof/, { ...receiptOf(3), to: "131" }],
    ["an end before the last tick", /UsageProof/, { ...receiptOf(3), to: "129" }],
    ["padding that adds seconds", /Tick/, forged(receiptOf(3), (draft) => draft.elapsed.fill("150", 3))],
    ["padding that carries a sample", /Tick/, forged(receiptOf(3), (draft) => draft.sample.fill("7", 3, 4))],
    [
      "a tick hidden behind padding",
      /TickChain/,
      forged(receiptOf(3), (draft) => {
        draft.active[4] = "1";
      }),
    ],
    ["no tick at all", /UsageProof/, forged(receiptOf(1), (draft) => draft.active.fill("0"))],
    [
      "half a tick",
      /TickChain/,
      forged(receiptOf(3), (draft) => {
        draft.active[1] = "2";
      }),
    ],
    ["a head that nobody signed", /UsageProof/, { ...receiptOf(3), head: "1" }],
    ["the head of another lease", /UsageProof/, { ...receiptOf(3), origin: (origin + 1n).toString() }],
    [
      "another sample than the notary saw",
      /UsageProof/,
      { ...receiptOf(1), sample: receiptOf(1).sample.map(() => "0") },
    ],
  ];

  test.each(refusals)("%s", async (_name, template, input) => {
    await expect(witnessOf(input)).rejects.toThrow(template);
  });
});

describe("the constraints hold every signal in place, or a prover could move one and keep the proof", () => {
  test.each([1, 5, 16])("each signal of a receipt of %i ticks", async (count) => {
    expect(freeSignals(r1cs, await witnessOf(receiptOf(count)))).toEqual([]);
  });
});
