import { z } from "zod";
import { addressSchema } from "../ids/ids.ts";

/** One deployment of the contracts, as `contracts/deploy/main.ts` writes it. */
export const deploymentSchema = z.strictObject({
  chainId: z.number().int().positive(),
  contracts: z.strictObject({
    /** The payment token (on a local chain the test dollar). */
    token: addressSchema,
    escrow: addressSchema,
    market: addressSchema,
    asset: addressSchema,
    registry: addressSchema,
    /** `UsageVerifier`, the one the market calls. */
    verifier: addressSchema,
    /** The generated Groth16 verifier behind it. */
    groth16Verifier: addressSchema,
    /** The generated verifiers of many receipts in one proof. */
    rollup26Verifier: addressSchema.optional(),
    rollup52Verifier: addressSchema.optional(),
    /** The numbers that may change, and the timelock that changes them. */
    parameters: addressSchema.optional(),
    timelock: addressSchema.optional(),
    attestations: addressSchema.optional(),
    reputation: addressSchema.optional(),
    arbiters: addressSchema.optional(),
    court: addressSchema.optional(),
    /** Code behind the market's listings and other verbs; called at the market's address only. */
    desk: addressSchema.optional(),
    /** Code behind the verbs of jobs that a proven answer pays; called at the market's address only. */
    answerDesk: addressSchema.optional(),
    /** Models whose answers can be proven, and what checks the proofs. */
    models: addressSchema.optional(),
    inferenceVerifier: addressSchema.optional(),
    /** Draws assets for `tokenURI`. */
    picture: addressSchema.optional(),
  }),
  /** Block before the first contract's: where an indexer starts. */
  blockNumber: z.number().int().min(0),
  /** Least gap between two deadlines of a job's terms, seconds. */
  minGapSeconds: z.number().int().positive(),
  /** Highest fee that terms may name, basis points. */
  feeCeilingBps: z.number().int().min(0).max(10_000),
});
export type Deployment = z.infer<typeof deploymentSchema>;
