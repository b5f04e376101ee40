import { readFileSync } from "node:fs";
import { blake2b } from "@noble/hashes/blake2b";
import type { Curve } from "ffjavascript";

/** One contribution as a proving key records it. */
export interface KeyContribution {
  name: string;
  /** BLAKE2b-512 of the contribution's public key, hex: what its contributor attests. */
  hash: string;
  /** Present when it is a beacon. */
  beacon?: { value: string; iterationsExp: number };
}

const G1_BYTES = 64;
const G2_BYTES = 128;
const HASH_BYTES = 64;

/** Reads the contributions of a Groth16 zkey (section 10; layout: snarkjs zkey_utils.js). Whether they are valid, snarkjs checks. */
export async function keyContributions(curve: Curve, zkeyFile: string): Promise<KeyContribution[]> {
  const bytes = readFileSync(zkeyFile);
  let position = section(bytes, 10) + HASH_BYTES;
  const word = () => {
    position += 4;
    return bytes.readUInt32LE(position - 4);
  };
  const take = (length: number) => {
    position += length;
    return new Uint8Array(bytes.subarray(position - length, position));
  };
  const contributions: KeyContribution[] = [];
  for (let left = word(); left > 0; left--) {
    const g1 = take(3 * G1_BYTES); // delta after it, and its public key
    const g2 = take(G2_BYTES);
    const transcript = take(HASH_BYTES);
    const digest = blake2b
      .create({ dkLen: HASH_BYTES })
      .update(await curve.G1.batchLEMtoU(g1))
      .update(await curve.G2.batchLEMtoU(g2))
      .update(transcript)
      .digest();
    const isBeacon = word() === 1;
    const { name, value, iterationsExp } = parameters(take(word()));
    contributions.push({
      name,
      hash: Buffer.from(digest).toString("hex"),
      ...(isBeacon && { beacon: { value, iterationsExp } }),
    });
  }
  return contributions;
}

function section(bytes: Buffer, wanted: number): number {
  let position = 12;
  for (let count = bytes.readUInt32LE(8); count > 0; count--) {
    if (bytes.readUInt32LE(position) === wanted) return position + 12;
    position += 12 + Number(bytes.readBigUInt64LE(position + 4));
  }
  throw new Error(`no section ${wanted}: not a proving key`);
}

/** Tagged fields: 1 name, 2 exponent of the iterations, 3 the beacon's value. */
function parameters(bytes: Uint8Array): { name: string; value: string; iterationsExp: number } {
  const found = { name: "", value: "", iterationsExp: 0 };
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    const next = bytes[at + 1] ?? 0;
    if (tag === 2) {
      found.iterationsExp = next;
      at += 2;
      continue;
    }
    const body = Buffer.from(bytes.subarray(at + 2, at + 2 + next));
    if (tag === 1) found.name = body.toString("utf8");
    else if (tag === 3) found.value = body.toString("hex");
    else throw new Error(`unknown field ${tag} in a contribution`);
    at += 2 + next;
  }
  return found;
}
