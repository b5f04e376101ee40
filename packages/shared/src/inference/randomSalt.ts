import { bytesToBigInt } from "viem";
import { FIELD_SIZE } from "../receipt/tickChain.ts";

/** A fresh blinding for one commitment: nothing else hides an input of few bits. Never used twice. */
export function randomSalt(): bigint {
  return bytesToBigInt(crypto.getRandomValues(new Uint8Array(32))) % FIELD_SIZE;
}
