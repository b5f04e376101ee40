import { verificationKeyHash } from "@gristmill/shared/proof/verificationKey";
import type { Hex } from "viem";
import { type CheckableCircuit, circuits } from "./circuits.ts";
import { checkProof, type ProofCheck } from "./proofCheck.ts";
import type { Statement } from "./statement.ts";

/** Order of the scalar field: a public value at or above it would stand for a smaller one. */
const FIELD_SIZE = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** What came of checking a proof. */
export type Verdict =
  | { kind: "holds"; circuit: CheckableCircuit; keyHash: Hex }
  | { kind: "does-not-hold"; circuit: CheckableCircuit; keyHash: Hex; because: string }
  /** The key of this page is not the one that the market's contract holds: nothing was judged. */
  | { kind: "wrong-key"; ours: Hex; onChain: Hex }
  | { kind: "unknown-circuit"; name: string };

/**
 * Checks a proof in this browser, with a key that is used only if the market's contract commits to the same one.
 *
 * @param readKeyHash - reads the contract's `verificationKeyHash()`
 * @param check - the pairing check; in a worker unless told
 * @throws when the chain does not answer or the checker cannot run
 */
export async function verifyStatement(
  { circuit: name, publicInputs, proof }: Statement,
  readKeyHash: (circuit: string) => Promise<Hex>,
  check: (check: ProofCheck) => Promise<boolean> = checkProof,
): Promise<Verdict> {
  const circuit = Object.hasOwn(circuits, name) ? circuits[name] : undefined;
  if (circuit === undefined) return { kind: "unknown-circuit", name };
  const ours = verificationKeyHash(circuit.key);
  const onChain = await readKeyHash(name);
  if (ours !== onChain) return { kind: "wrong-key", ours, onChain };

  const refused = (because: string): Verdict => ({ kind: "does-not-hold", circuit, keyHash: ours, because });
  if (publicInputs.length !== circuit.publicInputs.length)
    return refused(`It has ${publicInputs.length} public values, not ${circuit.publicInputs.length}`);
  const large = publicInputs.findIndex((value) => BigInt(value) >= FIELD_SIZE);
  if (large !== -1) return refused(`${circuit.publicInputs[large]} is larger than the proof's field`);
  // snarkjs puts the real part of a coordinate first, Solidity the imaginary one.
  const swap = ([imaginary, real]: readonly [string, string]): [string, string] => [real, imaginary];
  const holds = await check({
    key: circuit.key,
    publicInputs,
    proof: {
      pi_a: [...proof.a, "1"],
      pi_b: [swap(proof.b[0]), swap(proof.b[1]), ["1", "0"]],
      pi_c: [...proof.c, "1"],
      protocol: "groth16",
      curve: "bn128",
    },
  });
  return holds
    ? { kind: "holds", circuit, keyHash: ours }
    : refused("Its equation is not satisfied: a value was changed, or it is the proof of something else");
}
