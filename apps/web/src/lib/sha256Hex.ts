import { type Sha256, sha256Schema } from "@gristmill/shared/ids/ids";
import { sha256 } from "viem";

/** sha256 of bytes in 64 hex digits; pure JavaScript, so that it also works on plain http away from localhost. */
export function sha256Hex(bytes: Uint8Array): Sha256 {
  return sha256Schema.parse(sha256(bytes).slice(2));
}
