import { checkpointSchema, shardSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { addressSchema, bytes32Schema, hexSchema, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { outputManifestSchema } from "@gristmill/shared/receipt/output";
import { amountSchema } from "@gristmill/shared/units/amount";

import { z } from "zod";

const seconds = z.number().int().min(0);

/** An element of the proof's field: 77 digits, longer than any amount. */
const fieldSchema = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform((text) => BigInt(text));

/** A Groth16 proof as the contract takes it. */
export const proofSchema = z.object({
  a: z.tuple([fieldSchema, fieldSchema]),
  b: z.tuple([z.tuple([fieldSchema, fieldSchema]), z.tuple([fieldSchema, fieldSchema])]),
  c: z.tuple([fieldSchema, fieldSchema]),
});
export type Proof = z.infer<typeof proofSchema>;

/** One line of a lease's journal. Written and synced before what it says is relied on. */
export const journalEntrySchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("accepted"),
    leaseId: leaseIdSchema,
    terms: termsSchema,
    workload: workloadSchema,
    artifactsUrl: z.string(),
    payee: addressSchema,
    pricePerSecond: amountSchema,
    maxSeconds: seconds,
    shard: shardSchema.optional(),
    checkpoint: checkpointSchema.optional(),
  }),
  /** On chain; `anchorMs` is the machine's clock at the lease's second 0. */
  z.object({ type: z.literal("started"), startedAt: seconds, anchorMs: z.number(), txHash: bytes32Schema.optional() }),
  z.object({
    type: z.literal("tick"),
    sequence: seconds,
    from: seconds,
    to: seconds,
    sample: fieldSchema,
    head: fieldSchema,
    samples: z.object({ cpuMs: z.number(), memoryBytes: z.number(), gpuPercent: z.number().nullable() }),
    blind: bytes32Schema,
  }),
  z.object({ type: z.literal("countersigned"), sequence: seconds, to: seconds, signature: hexSchema }),
  /** The notary will not sign the pending tick. */
  z.object({ type: z.literal("dropped"), sequence: seconds, to: seconds, reason: z.string() }),
  z.object({ type: z.literal("exited"), exitCode: z.number().int(), detail: z.string() }),
  z.object({ type: z.literal("output"), manifest: outputManifestSchema, commitment: bytes32Schema }),
  z.object({
    type: z.literal("receipt"),
    sequence: seconds,
    from: seconds,
    to: seconds,
    head: fieldSchema,
    output: bytes32Schema,
    last: z.boolean(),
    nodeSignature: hexSchema,
    notarySignature: hexSchema,
    /** Where the next receipt begins. */
    nextFrom: seconds,
  }),
  z.object({ type: z.literal("proven"), sequence: seconds, proof: proofSchema, proveMs: seconds }),
  z.object({ type: z.literal("captured"), sequence: seconds, txHash: bytes32Schema }),
  /** A proven answer was paid, and the lease is closed. */
  z.object({ type: z.literal("answered"), class: seconds, txHash: bytes32Schema }),
  z.object({ type: z.literal("closed"), reason: z.string() }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;
