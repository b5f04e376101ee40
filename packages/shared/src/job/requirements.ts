import { keccak256, stringToHex, toHex, zeroHash } from "viem";
import { z } from "zod";
import { addressSchema, sha256Schema } from "../ids/ids.ts";
import { amountSchema } from "../units/amount.ts";

/** Leases that the market assigns in one step at most (`gangLimit`). */
export const MAX_GANG_SIZE = 32;

const MAX_UINT64 = 2n ** 64n - 1n;

const gpuClassSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, "must be a class name such as nvidia-h200 (lower case, digits, dots, dashes)");

const countrySchema = z.string().regex(/^[A-Z]{2}$/, "must be a two-letter country code such as DE");

/** A country, or one of the groups in `jurisdictions.ts`. */
const jurisdictionSchema = z
  .string()
  .regex(/^([A-Z]{2}|EEA)$/, 'must be a two-letter country code such as DE, or "EU" or "EEA"');

const versionSchema = z.string().regex(/^\d{1,5}(\.\d{1,5}){0,3}$/, "must be a version such as 550.54 or 12.4");

/** What the buyer wants most among the assets that fit. */
export const objectiveSchema = z.enum(["cheapest", "fastest_start", "best_value", "most_trusted"]);
export type Objective = z.infer<typeof objectiveSchema>;

/**
 * What a job needs of an asset. Absent means "any". The chain checks the packed form again, see `packRequirements`; the rest is
 * the scheduler's word.
 */
export const requirementsSchema = z.strictObject({
  gpuClass: gpuClassSchema.optional(),
  /** Any of these classes. */
  gpuClasses: z.array(gpuClassSchema).min(1).max(32).optional(),
  /** Part of the model's name as the driver prints it, such as `H200`. */
  gpuModel: z.string().min(1).max(128).optional(),
  gpuCount: z.number().int().min(0).max(64).default(0),
  /** Of the whole asset. */
  minVramMiB: z.number().int().min(0).max(16_777_216).default(0),
  /** Single precision, of the measured device: attested where attesters measured it, else the node's own word. */
  minFp32Gflops: z.number().int().min(1).max(1_000_000_000).optional(),
  minDiskFreeMiB: z.number().int().min(1).max(1_073_741_824).optional(),
  minDownMbps: z.number().int().min(1).max(1_000_000).optional(),
  minDriver: versionSchema.optional(),
  minCuda: versionSchema.optional(),
  region: countrySchema.optional(),
  allowJurisdictions: z.array(jurisdictionSchema).min(1).max(64).optional(),
  denyJurisdictions: z.array(jurisdictionSchema).min(1).max(64).optional(),
  /** Round trip to a point, estimated from the coordinates that the provider declared. */
  near: z
    .strictObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      maxMs: z.number().int().min(1).max(10_000),
    })
    .optional(),
  /** Content that the node holds already: sha256 of inputs and images. */
  holds: z.array(sha256Schema).min(1).max(64).optional(),
  /** 0 self-measured, 1 a quorum of staked attesters, 2 TEE. */
  minAttestationLevel: z.number().int().min(0).max(2).optional(),
  maxAttestationAgeSeconds: z.number().int().min(1).max(4_294_967_295).optional(),
  /** Of the provider, atomic units of the stake token. */
  minStake: amountSchema.optional(),
  /** Score of the provider, see `Reputation.scoreOf`. */
  minReputation: amountSchema.refine((score) => score <= MAX_UINT64, "is more than any reputation").optional(),
  /** False: only assets whose provider gave up its right to end a lease early. */
  interruptible: z.boolean().optional(),
  /** Anti-affinity to what the buyer has elsewhere. */
  avoidProviders: z.array(addressSchema).min(1).max(64).optional(),
  /** Shards that the job runs in: as many assets, assigned in one step, all or none. Absent: 1. */
  gangSize: z.number().int().min(1).max(MAX_GANG_SIZE).optional(),
  /** Anti-affinity within the job: what no two of its shards may share. Absent: nothing but the asset. */
  apart: z.enum(["node", "provider"]).optional(),
  objective: objectiveSchema.optional(),
});
export type Requirements = z.infer<typeof requirementsSchema>;

/** Shards of a job: 1 unless its requirements name a gang. */
export function gangSizeOf({ gangSize = 1 }: Pick<Requirements, "gangSize">): number {
  return gangSize;
}

/** The form the contracts check (`struct Requirements`). */
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
    minAttestationLevel: requirements.minAttestationLevel ?? 0,
    maxAttestationAge: requirements.maxAttestationAgeSeconds ?? 0,
    minStake: requirements.minStake ?? 0n,
    minReputation: requirements.minReputation ?? 0n,
  };
}
