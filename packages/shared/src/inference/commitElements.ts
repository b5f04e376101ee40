import { poseidon3 } from "poseidon-lite/poseidon3";
import { poseidon16 } from "poseidon-lite/poseidon16";
import { fieldElement } from "../receipt/tickChain.ts";

/** What a commitment is to; keeps commitments to different kinds of things apart. */
export const COMMITMENT_DOMAINS = { input: 1n, model: 2n, matrix: 3n } as const;

const RATE = 15;

/**
 * Blinded Poseidon commitment of field elements, as the circuits' `Commit` computes it: `h_0 = Poseidon(domain,
 * count, salt)`, then `h = Poseidon(h, next 15 elements)` with zeros after the last.
 *
 * @param salt - random below the field's order hides what is committed; zero where nothing is to be hidden.
 */
export function commitElements(
  domain: keyof typeof COMMITMENT_DOMAINS,
  elements: readonly bigint[],
  salt: bigint,
): bigint {
  let link = poseidon3([COMMITMENT_DOMAINS[domain], BigInt(elements.length), fieldElement("salt", salt)]);
  for (let start = 0; start < elements.length; start += RATE) {
    const next = Array.from({ length: RATE }, (_, index) => fieldElement("element", elements[start + index] ?? 0n));
    link = poseidon16([link, ...next]);
  }
  return link;
}
