import { z } from "zod";
import { checkpointSchema } from "../heartbeat/nodeMessages.ts";
import { addressSchema, assetIdSchema, bytes32Schema, jobIdSchema, leaseIdSchema, sha256Schema } from "../ids/ids.ts";
import { modelShapeSchema } from "../inference/model.ts";
import { jobStatusSchema } from "../job/jobStatus.ts";
import { requirementsSchema } from "../job/requirements.ts";
import { termsSchema } from "../job/terms.ts";
import { checkpointOrderSchema, workloadSchema } from "../job/workload.ts";
import { endCauseSchema, endReasonSchema, leaseStateSchema } from "../lease/leaseState.ts";
import { manifestSchema } from "../manifest/manifest.ts";
import { outputManifestSchema } from "../receipt/output.ts";
import { amountSchema } from "../units/amount.ts";
import { accessSchema } from "./session.ts";

/** `GET /v1/assets/:assetId`, and each of `GET /v1/assets`. */
export const assetViewSchema = z.object({
  assetId: assetIdSchema,
  provider: addressSchema,
  node: addressSchema,
  manifest: manifestSchema.nullable(),
  manifestHash: bytes32Schema,
  gpuCount: z.number().int(),
  memoryBytes: amountSchema,
  region: z.string(),
  attestedUntil: z.number().int(),
  /** Who measured this asset: nobody but the node itself, a quorum of staked attesters, or genuine hardware (TEE). */
  attestation: z.enum(["self-measured", "attested", "tee"]),
  /** What the contracts say of the asset's measurement and of its provider. */
  trust: z.object({
    /** Of the attestation; at level 0 the owner's last renewal. */
    measuredAt: z.number().int(),
    expiresAt: z.number().int(),
    /** Free and locked together, atomic units of the stake token. */
    stake: amountSchema,
    reputation: amountSchema,
  }),
  /** Bits of its node's hardware that it occupies; 0: it shares with no other asset. */
  units: amountSchema,
  /** Single precision of the measured device; null when nobody measured the device that the asset offers. */
  performance: z
    .object({ fp32MilliGflops: z.number().int(), source: z.enum(["attested", "self-measured"]) })
    .nullable(),
  network: z
    .object({
      downMbps: z.number().int(),
      upMbps: z.number().int().optional(),
      source: z.enum(["attested", "measured", "declared"]),
    })
    .nullable(),
  /** What its node said since it connected. */
  live: z.object({
    diskFreeMiB: z.number().int().nullable(),
    holds: z.array(sha256Schema),
    models: z.array(z.string()),
  }),
  /** Median seconds from assignment to start of its last leases; null: it started none. */
  startSeconds: z.number().int().nullable(),
  listing: z
    .object({
      pricePerSecond: amountSchema,
      minSeconds: z.number().int(),
      maxSeconds: z.number().int(),
      endsAt: z.number().int(),
      version: z.number().int(),
      /** Between the provider's word and an early end; null: the provider gave up the right to one. */
      noticeSeconds: z.number().int().nullable(),
    })
    .nullable(),
  availability: z.enum(["free", "leased", "offline", "unlisted", "draining"]),
  lastSeenAt: z.number().int().nullable(),
  liveLease: leaseIdSchema.nullable(),
  /** Settled work of this asset. */
  stats: z.object({
    leases: z.number().int(),
    completed: z.number().int(),
    /** Ended by the provider's fault: never started, node lost, evicted. */
    failed: z.number().int(),
    billedSeconds: z.number().int(),
    earned: amountSchema,
  }),
});
export type AssetView = z.infer<typeof assetViewSchema>;

export const leaseViewSchema = z.object({
  leaseId: leaseIdSchema,
  assetId: assetIdSchema,
  assetName: z.string(),
  /** Which part of the job it runs, from 0. A lease that follows a failed one has its number. */
  shard: z.number().int(),
  node: addressSchema,
  payee: addressSchema,
  pricePerSecond: amountSchema,
  maxSeconds: z.number().int(),
  state: leaseStateSchema,
  reason: endReasonSchema,
  /** Who the end is laid at; null while it has none. A provider's fault moves the shard to another machine. */
  endedBy: endCauseSchema.nullable(),
  executor: z.enum(["docker", "runc", "bwrap"]).nullable(),
  simulatedGpu: z.boolean(),
  assignedAt: z.number().int(),
  startedAt: z.number().int().nullable(),
  endsAt: z.number().int(),
  endedAt: z.number().int().nullable(),
  /** The proven answer that paid the lease: verified inference only. */
  answer: z
    .object({
      modelId: bytes32Schema,
      inputCommitment: z.string(),
      class: z.number().int(),
      amount: amountSchema,
      txHash: bytes32Schema,
    })
    .nullable(),
  /** Seconds already captured on chain, and seconds the notary countersigned so far. */
  billedSeconds: z.number().int(),
  meteredSeconds: z.number().int(),
  /** What it was paid or is promised so far, fee included, atomic units. */
  charged: amountSchema,
});
export type LeaseView = z.infer<typeof leaseViewSchema>;

export const receiptViewSchema = z.object({
  leaseId: leaseIdSchema,
  sequence: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  head: z.string(),
  output: bytes32Schema,
  last: z.boolean(),
  amount: amountSchema,
  fee: amountSchema,
  nodeSignature: z.string(),
  notarySignature: z.string(),
  proof: z.object({ a: z.array(z.string()), b: z.array(z.array(z.string())), c: z.array(z.string()) }),
  proveMs: z.number().int(),
  txHash: bytes32Schema,
  /** Gas of the capture transaction that verified the proof on chain. */
  gasUsed: amountSchema,
});
export type ReceiptView = z.infer<typeof receiptViewSchema>;

export const transactionViewSchema = z.object({
  txHash: bytes32Schema,
  /** What it did, in a word of the contracts: pay, sweep, assign, start, capture, accept, settle, release, withdraw. */
  verb: z.string(),
  from: addressSchema,
  gasUsed: amountSchema,
  blockNumber: z.number().int(),
  at: z.number().int(),
});

/** `GET /v1/jobs/:jobId`. Times are unix seconds of the chain where a block caused them, else of the scheduler. */
export const jobViewSchema = z.object({
  jobId: jobIdSchema,
  status: jobStatusSchema,
  /** What is happening, in words; what went wrong when it did. */
  detail: z.string(),
  terms: termsSchema,
  workload: workloadSchema,
  requirements: requirementsSchema,
  vault: addressSchema,
  createdAt: z.number().int(),
  timeline: z.array(
    z.object({ status: jobStatusSchema, at: z.number().int(), detail: z.string(), txHash: bytes32Schema.nullable() }),
  ),
  leases: z.array(leaseViewSchema),
  receipts: z.array(receiptViewSchema),
  transactions: z.array(transactionViewSchema),
  /** Straight from the contract. paid + fees + refunded + booked + reserved + free = deposited. */
  money: z.object({
    deposited: amountSchema,
    reserved: amountSchema,
    booked: amountSchema,
    paid: amountSchema,
    fees: amountSchema,
    refunded: amountSchema,
    accepted: z.boolean(),
    closed: z.boolean(),
  }),
  /** What an acceptance must name to be taken now: everything that left or is promised to leave for work done. */
  spent: amountSchema,
  /** How many parts it runs in; each has leases of its own. */
  shards: z.number().int(),
  /** The newest output of the job; all there is, where it runs in one part. */
  output: z.object({ commitment: bytes32Schema, manifest: outputManifestSchema }).nullable(),
  /** The newest output of each shard that has one, in the order of their numbers. */
  outputs: z.array(
    z.object({
      shard: z.number().int(),
      leaseId: leaseIdSchema,
      commitment: bytes32Schema,
      manifest: outputManifestSchema,
    }),
  ),
  /** The newest state that a program saved, by shard: what another machine would go on from. */
  checkpoints: z.array(
    z.object({
      shard: z.number().int(),
      leaseId: leaseIdSchema,
      ...checkpointSchema.shape,
      savedAt: z.number().int(),
    }),
  ),
  notary: z.object({ address: addressSchema, who: z.enum(["scheduler", "buyer", "other"]) }),
});
export type JobView = z.infer<typeof jobViewSchema>;

/** `GET /v1/jobs/:jobId/public`: what the chain tells everybody anyway. Nothing of the buyer's data, no words of programs. */
export const publicJobSchema = jobViewSchema
  .omit({ workload: true, requirements: true, output: true, outputs: true, checkpoints: true, detail: true })
  .extend({ timeline: z.array(jobViewSchema.shape.timeline.element.omit({ detail: true })) });
export type PublicJob = z.infer<typeof publicJobSchema>;

/** `POST /v1/jobs`, paid. */
export const orderedJobSchema = jobViewSchema.extend({
  /** For the client that paid: watches this job, its logs and outputs. Null in a browser (a cookie has it), and for others. */
  access: accessSchema.nullable(),
});

/** `GET /v1/jobs`: the caller's, newest first. */
export const jobSummarySchema = jobViewSchema
  .pick({ jobId: true, status: true, detail: true, createdAt: true })
  .extend({
    image: z.string(),
    money: jobViewSchema.shape.money,
  });
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const logLineSchema = z.object({
  leaseId: leaseIdSchema,
  seq: z.number().int(),
  stream: z.enum(["stdout", "stderr", "agent"]),
  text: z.string(),
  atMs: z.number().int(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** A lease as its provider sees it. */
export const providerLeaseSchema = leaseViewSchema.extend({ jobId: jobIdSchema, earned: amountSchema });

/** `GET /v1/providers/:provider`. */
export const providerViewSchema = z.object({
  provider: addressSchema,
  assets: z.array(assetViewSchema),
  /** Machines that run the agent for this provider; `waiting` ones want `addNode`, `paired` ones an asset. */
  nodes: z.array(
    z.object({
      node: addressSchema,
      state: z.enum(["waiting", "paired", "revoked"]),
      online: z.boolean(),
      lastSeenAt: z.number().int().nullable(),
      manifest: manifestSchema,
      manifestHash: bytes32Schema,
      pairing: z.object({ deadline: z.number().int(), signature: z.string() }),
      assetId: assetIdSchema.nullable(),
    }),
  ),
  earnings: z.object({
    /** In the contract's balance: can be withdrawn now. */
    withdrawable: amountSchema,
    /** Captured, waits for the buyer's word or the claim window. */
    pending: amountSchema,
    /** Released since the beginning. */
    total: amountSchema,
  }),
  /** The newest fifty; all of them: `GET /v1/providers/:provider/leases`. */
  leases: z.array(providerLeaseSchema),
});
export type ProviderView = z.infer<typeof providerViewSchema>;

/** A program that can be ordered by name: `GET /v1/templates`. */
export const templateSchema = z.object({
  /** Verified inference: the registered model that answers, and what a buyer's client needs to ask it. */
  inference: z
    .object({
      modelId: bytes32Schema,
      /** Name of the circuit, and so of the key that its proofs are checked with. */
      circuit: z.string(),
      /** Decimal. Nodes that can answer name it in `live.models`. */
      modelCommitment: z.string(),
      weights: z.enum(["public", "private"]),
      shape: modelShapeSchema,
      shows: z.string(),
      doesNotShow: z.string(),
    })
    .optional(),
  id: z.string(),
  title: z.string(),
  description: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  cpuMilli: z.number().int(),
  memoryMiB: z.number().int(),
  maxOutputMiB: z.number().int(),
  maxSeconds: z.number().int(),
  /** The program saves its state, see the workload's `checkpoint`. */
  checkpoint: checkpointOrderSchema.optional(),
  /** A ready input to try it with, already stored as an artifact. */
  sampleInputs: z.array(z.object({ path: z.string(), sha256: sha256Schema, bytes: z.number().int() })),
});
export type Template = z.infer<typeof templateSchema>;
