import { keccak256, stringToHex, toHex, zeroHash } from "viem";
import { z } from "zod";

/** What a job needs of an asset. Absent means "any". The chain checks the packed form, see `packRequirements`. */
export const requirementsSchema = z.strictObject({
  gpuClass: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, "must be a class name such as nvidia-h200 (lower case, digits, dots, dashes)")
    .optional(),
  gpuCount: z.number().int().min(0).max(64).default(0),
  minVramMiB: z.number().int().min(0).max(16_777_216).default(0),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be a two-letter country code such as DE")
    .optional(),
});
export type Requirements = z.infer<typeof requirementsSchema>;

/**
 * The form the contracts check (`struct Requirements`). What a scheduler does not rank by (attestation, stake, reputation) is
 * any here; a buyer who hires without a scheduler sets it in the terms.
 */
export interface PackedRequirements {
  gpuClass: `0x${string}`;
  gpuCount: number;
  minMemoryBytes: bigint;
  region: `0x${string}`;
  minAttestationLevel: number;
  maxAttestationAge: number;
  minStake: bigint;
  minReputation: bigint;
}

/** Hash of a GPU class name as the contracts store it; zero for none. */
export function gpuClassHash(gpuClass: string | undefined): `0x${string}` {
  return gpuClass === undefined ? zeroHash : keccak256(stringToHex(gpuClass));
}

/** A two-letter region as `bytes2`; zero for any. */
export function regionBytes(region: string | undefined): `0x${string}` {
  return region === undefined ? "0x0000" : toHex(region);
}

export function packRequirements(requirements: Requirements): PackedRequirements {
  return {
    gpuClass: gpuClassHash(requirements.gpuClass),
    gpuCount: requirements.gpuCount,
    minMemoryBytes: BigInt(requirements.minVramMiB) * 1_048_576n,
    region: regionBytes(requirements.region),
    minAttestationLevel: 0,
    maxAttestationAge: 0,
    minStake: 0n,
    minReputation: 0n,
  };
}
