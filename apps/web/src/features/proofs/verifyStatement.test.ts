import { verificationKeyHash } from "@gristmill/shared/proof/verificationKey";
import { expect, test, vi } from "vitest";
import { circuits } from "./circuits.ts";
import type { ProofCheck } from "./proofCheck.ts";
import type { Statement } from "./statement.ts";
import { verifyStatement } from "./verifyStatement.ts";

const usage = circuits.usage as NonNullable<(typeof circuits)[string]>;
const statement: Statement = {
  circuit: "usage",
  publicInputs: ["1", "2", "3", "4", "5"],
  proof: {
    a: ["10", "11"],
    b: [
      ["20", "21"],
      ["22", "23"],
    ],
    c: ["30", "31"],
  },
};
const onChain = async () => verificationKeyHash(usage.key);
const accepting = () => vi.fn(async (_check: ProofCheck) => true);

test("a proof is judged with the key that the chain commits to, its coordinates as snarkjs takes them", async () => {
  const check = accepting();
  expect(await verifyStatement(statement, onChain, check)).toMatchObject({ kind: "holds", circuit: usage });
  expect(check).toHaveBeenCalledWith(
    expect.objectContaining({
      key: usage.key,
      publicInputs: statement.publicInputs,
      proof: expect.objectContaining({
        pi_a: ["10", "11", "1"],
        pi_b: [
          ["21", "20"],
          ["23", "22"],
          ["1", "0"],
        ],
      }),
    }),
  );
});

test("with another key on chain nothing is judged: a page with a swapped key would call any forgery good", async () => {
  const check = accepting();
  const other = `0x${"11".repeat(32)}` as const;
  expect(await verifyStatement(statement, async () => other, check)).toEqual({
    ...{ kind: "wrong-key", onChain: other, ours: await onChain() },
  });
  expect(check).not.toHaveBeenCalled();
});

test("a changed key of this page is noticed by its hash, in every point", async () => {
  const [first, second, ...rest] = usage.key.IC;
  const changed = { ...usage.key, IC: [second, first, ...rest] } as typeof usage.key;
  expect(verificationKeyHash(changed)).not.toBe(await onChain());
});

test("a proof that does not satisfy its equation is refused", async () => {
  expect(await verifyStatement(statement, onChain, async () => false)).toMatchObject({ kind: "does-not-hold" });
});

const FIELD_SIZE = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
test.each([
  ["a value plus the field's order, which would be the same residue", ["1", "2", "3", "4", String(FIELD_SIZE + 5n)]],
  ["a value too few", ["1", "2", "3", "4"]],
  ["a value too many", ["1", "2", "3", "4", "5", "6"]],
])("%s is refused before any equation", async (_name, publicInputs) => {
  const check = accepting();
  expect(await verifyStatement({ ...statement, publicInputs }, onChain, check)).toMatchObject({
    kind: "does-not-hold",
  });
  expect(check).not.toHaveBeenCalled();
});

test("a circuit nobody knows is named", async () => {
  for (const circuit of ["nothing", "constructor"])
    expect(await verifyStatement({ ...statement, circuit }, onChain, accepting())).toEqual({
      ...{ kind: "unknown-circuit", name: circuit },
    });
});
