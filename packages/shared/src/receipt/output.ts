import { sha256, stringToBytes } from "viem";
import { z } from "zod";
import { canonicalJson } from "../ids/canonicalJson.ts";
import { sha256Schema } from "../ids/ids.ts";

/** What a workload left under /out. The sha256 of its canonical JSON is the receipt's output commitment. */
export const outputManifestSchema = z.strictObject({
  version: z.literal(1),
  exitCode: z.number().int(),
  files: z.array(z.strictObject({ path: z.string().max(256), sha256: sha256Schema, bytes: z.number().int().min(0) })),
});
export type OutputManifest = z.infer<typeof outputManifestSchema>;

/** The output commitment: 0x-prefixed sha256 of the canonical JSON. Files must be sorted by path. */
export function outputCommitment(output: OutputManifest): `0x${string}` {
  return sha256(stringToBytes(canonicalJson(output)));
}
