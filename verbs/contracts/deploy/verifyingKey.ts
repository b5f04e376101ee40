import { readFileSync } from "node:fs";
import { assertContributed } from "@gristmill/circuits/scripts/assertContributed";
import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import {
  type VerificationKey,
  verificationKeyHash,
  verificationKeySchema,
} from "@gristmill/shared/proof/verificationKey";
import type { Hex, PublicClient } from "viem";

/** Thrown when the verifier's code was generated from another key than the one that was checked. */
export class VerifierKeyMismatchError extends Error {
  readonly code = "VERIFIER_KEY_MISMATCH";

  constructor() {
    super("the verifier's code does not verify with this key: rebuild circuits and contracts together");
    this.name = "VerifierKeyMismatchError";
  }
}

/**
 * Refuses a verifier that anybody could forge proofs for, and one whose code was not made from the key checked. The code is
 * asked for its key in a call, before anything is deployed.
 *
 * @param keyPath snarkjs verification key (JSON)
 * @param bytecode creation code of a generated Groth16 verifier
 * @returns the key
 * @throws UncontributedKeyError, VerifierKeyMismatchError
 */
export async function checkVerifyingKey(
  keyPath: string,
  bytecode: Hex,
  publicClient: Pick<PublicClient, "readContract">,
): Promise<VerificationKey> {
  const key = verificationKeySchema.parse(JSON.parse(readFileSync(keyPath, "utf8")));
  assertContributed(key);
  const held = await publicClient.readContract({
    abi: groth16VerifierAbi,
    code: bytecode,
    functionName: "verificationKeyHash",
  });
  if (held !== verificationKeyHash(key)) throw new VerifierKeyMismatchError();
  return key;
}
