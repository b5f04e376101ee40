import { readFileSync } from "node:fs";
import { assertContributed } from "@gristmill/circuits/scripts/assertContributed";
import { type Hex, toHex } from "viem";
import { z } from "zod";

const point = z.array(z.array(z.string()));
const keySchema = z.looseObject({ vk_gamma_2: point, vk_delta_2: point });

/** Thrown when the verifier's code was generated from another key than the one that was checked. */
export class VerifierKeyMismatchError extends Error {
  readonly code = "VERIFIER_KEY_MISMATCH";

  constructor() {
    super("the verifier's bytecode does not hold this key's delta: rebuild circuits and contracts together");
    this.name = "VerifierKeyMismatchError";
  }
}

/**
 * Refuses a verifier that anybody could forge proofs for, and one whose code was not made from the key checked.
 *
 * @param keyPath snarkjs verification key (JSON)
 * @param bytecode creation code of the generated Groth16 verifier
 * @throws UncontributedKeyError, VerifierKeyMismatchError
 */
export function checkVerifyingKey(keyPath: string, bytecode: Hex): void {
  const key = keySchema.parse(JSON.parse(readFileSync(keyPath, "utf8")));
  assertContributed(key);
  const coordinates = key.vk_delta_2.slice(0, 2).flat();
  const held = coordinates.every((value) => bytecode.includes(toHex(BigInt(value)).slice(2)));
  if (!held) throw new VerifierKeyMismatchError();
}
