import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import {
  type Address,
  bytesToHex,
  encodeAbiParameters,
  type Hex,
  hexToBytes,
  isAddressEqual,
  keccak256,
  stringToBytes,
} from "viem";
import { z } from "zod";
import { BaseError } from "../errors/baseError.ts";
import { addressSchema, bytes32Schema, hexSchema } from "../ids/ids.ts";
import { type Workload, workloadSpec } from "../job/workload.ts";

/** The workload's input under which a sealed input is stored. */
export const SEALED_FILE = "input.sealed";

/** Plain texts are filled up to a multiple of this, so that their length says nothing of the values. */
const PADDING_BYTES = 4096;
const INFO = stringToBytes("gristmill sealed input 1");

// RFC 9180, base mode. The library works on Web Crypto alone, in browsers and in Node.
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const sealedInputSchema = z.strictObject({
  version: z.literal(1),
  /** The same plain text for each node, encrypted to it alone. */
  sealed: z
    .array(z.strictObject({ node: addressSchema, enc: hexSchema, ciphertext: hexSchema }))
    .min(1)
    .max(8),
});

/** Whom an input is sealed for: a node, and the key in its manifest. */
export interface SealRecipient {
  node: Address;
  encryptionKey: Hex;
}

/** A node's own key, which opens what is sealed for it. */
export type InputKey = Awaited<ReturnType<typeof suite.kem.deriveKeyPair>>["privateKey"];

/** Where a sealed input may be opened. */
export interface SealPlace {
  chainId: number;
  market: Address;
  /** The ordered workload; its inputs may still be missing. */
  workload: Workload;
}

/**
 * What a sealed input is bound to: chain, market, model, commitment, readers, program and limits of the job it was made for. Put into
 * another job, with a program that gives the input away, it does not open.
 */
function sealContext({ chainId, market, workload }: SealPlace): Uint8Array {
  const spec = workloadSpec({ ...workload, inputs: [] });
  const types = [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }] as const;
  return hexToBytes(keccak256(encodeAbiParameters(types, [BigInt(chainId), market, spec])));
}

/** The X25519 key pair that inputs are sealed for, derived from 32 secret bytes (RFC 9180, DeriveKeyPair). */
export async function inputKeyPair(seed: Uint8Array): Promise<{ privateKey: InputKey; encryptionKey: Hex }> {
  const { privateKey, publicKey } = await suite.kem.deriveKeyPair(seed);
  return { privateKey, encryptionKey: bytesToHex(new Uint8Array(await suite.kem.serializePublicKey(publicKey))) };
}

/**
 * Encrypts an input to each of the nodes that may answer. Nobody else can read it, whoever stores or carries it.
 *
 * @param text - JSON of an `InferenceInput`
 */
export async function sealInput(
  text: string,
  recipients: readonly SealRecipient[],
  place: SealPlace,
): Promise<Uint8Array<ArrayBuffer>> {
  const aad = sealContext(place);
  const padded = stringToBytes(text.padEnd(Math.ceil(text.length / PADDING_BYTES) * PADDING_BYTES));
  const sealed = await Promise.all(
    recipients.map(async ({ node, encryptionKey }) => {
      const recipientPublicKey = await suite.kem.deserializePublicKey(
        hexToBytes(bytes32Schema.parse(encryptionKey) as Hex),
      );
      const { enc, ct } = await suite.seal({ recipientPublicKey, info: INFO }, padded, aad);
      return { node, enc: bytesToHex(new Uint8Array(enc)), ciphertext: bytesToHex(new Uint8Array(ct)) };
    }),
  );
  return new TextEncoder().encode(JSON.stringify(sealedInputSchema.parse({ version: 1, sealed })));
}

/**
 * Opens an input with a node's own key.
 *
 * @returns the text that was sealed
 * @throws BaseError `workload_failed` when it was not sealed for this node and this job
 */
export async function openSealedInput(
  bytes: Uint8Array,
  own: { node: Address; privateKey: InputKey },
  place: SealPlace,
): Promise<string> {
  try {
    const { sealed } = sealedInputSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const mine = sealed.find(({ node }) => isAddressEqual(node, own.node));
    if (mine === undefined) throw new Error("it names other nodes");
    const recipient = { recipientKey: own.privateKey, enc: hexToBytes(mine.enc), info: INFO };
    return new TextDecoder().decode(await suite.open(recipient, hexToBytes(mine.ciphertext), sealContext(place)));
  } catch (cause) {
    const message = "the input does not open: it was not sealed for this node and this job";
    throw new BaseError("workload_failed", message, { cause });
  }
}
