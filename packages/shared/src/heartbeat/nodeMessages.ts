import { z } from "zod";
import { addressSchema, bytes32Schema, hexSchema, leaseIdSchema, sha256Schema } from "../ids/ids.ts";
import { termsSchema } from "../job/terms.ts";
import { workloadSchema } from "../job/workload.ts";
import { endReasonSchema } from "../lease/leaseState.ts";
import { manifestSchema } from "../manifest/manifest.ts";

/** A job's part: its number from 0, and how many there are. */
export const shardSchema = z.strictObject({
  index: z.number().int().min(0).max(65_535),
  count: z.number().int().min(1).max(65_535),
});
export type Shard = z.infer<typeof shardSchema>;

/** Version of the node protocol on `GET /v1/nodes/connect` (WebSocket); docs/protocol.md describes it. */
export const protocolVersion = 4;

/** A program's saved state among the artifacts. */
export const checkpointSchema = z.strictObject({ sha256: sha256Schema, bytes: z.number().int().min(1) });
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** An element of the proof's field, decimal. */
const fieldElementSchema = z.string().regex(/^\d{1,78}$/, "must be a decimal field element");

const seconds32 = z.number().int().min(0).max(4_294_967_295);

/** Sent by a node. First `hello`, in answer to `challenge`; then a `heartbeat` every `heartbeatMs`. */
export const nodeMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    version: z.literal(protocolVersion),
    node: addressSchema,
    /** The node's X25519 key for this connection. */
    nodeKey: bytes32Schema,
    /** EIP-712 `Handshake` by the node's key under the market's domain. */
    signature: hexSchema,
    manifest: manifestSchema,
    /** The node agrees to belong to this provider: what the provider hands to `ProviderRegistry.addNode`. */
    pairing: z.strictObject({
      provider: addressSchema,
      deadline: z.number().int(),
      signature: hexSchema,
    }),
  }),
  z.strictObject({
    type: z.literal("heartbeat"),
    leases: z.array(leaseIdSchema).max(64),
    draining: z.boolean(),
  }),
  /** What changes without a new manifest: after the welcome, and when it changed. The node's own word. */
  z.strictObject({
    type: z.literal("inventory"),
    diskFreeMiB: z.number().int().min(0).max(1_073_741_824),
    /** sha256 of inputs and images that a job would not have to fetch. */
    holds: z.array(sha256Schema).max(512),
    /** Commitments of the models that the node can answer for now, decimal. */
    models: z.array(fieldElementSchema).max(64),
  }),
  z.strictObject({
    type: z.literal("phase"),
    leaseId: leaseIdSchema,
    phase: z.enum(["pulling", "running", "proving", "captured", "failed"]),
    /** A line for the buyer: what is happening, or what went wrong. */
    detail: z.string().max(2000),
    /** Rung of the ladder the workload runs on, known from `running` on. */
    executor: z.enum(["docker", "runc", "bwrap"]).optional(),
  }),
  z.strictObject({
    type: z.literal("log"),
    leaseId: leaseIdSchema,
    lines: z
      .array(
        z.strictObject({
          /** Line number within the lease, from 0; a repeated one is dropped. */
          seq: z.number().int().min(0),
          stream: z.enum(["stdout", "stderr", "agent"]),
          text: z.string().max(8192),
          atMs: z.number().int(),
        }),
      )
      .max(200),
  }),
  z.strictObject({
    type: z.literal("tick"),
    leaseId: leaseIdSchema,
    sequence: seconds32,
    /** Whole seconds since the lease started where this receipt begins, and where this tick stands. */
    from: seconds32,
    to: seconds32,
    /** Blinded commitment to the private sample; a field element. */
    sample: fieldElementSchema,
    /** Head of the tick chain after this tick. */
    head: fieldElementSchema,
  }),
  /** The program saved its state, and the node stored it for the job. */
  z.strictObject({ type: z.literal("checkpoint"), leaseId: leaseIdSchema, ...checkpointSchema.shape }),
  z.strictObject({
    type: z.literal("receipt"),
    leaseId: leaseIdSchema,
    sequence: seconds32,
    from: seconds32,
    to: seconds32,
    head: fieldElementSchema,
    output: bytes32Schema,
    last: z.boolean(),
    nodeSignature: hexSchema,
    notarySignature: hexSchema,
    proof: z.strictObject({
      a: z.array(z.string()).length(2),
      b: z.array(z.array(z.string()).length(2)).length(2),
      c: z.array(z.string()).length(2),
    }),
    proveMs: z.number().int().min(0),
    /** The node's capture transaction. */
    txHash: bytes32Schema,
  }),
]);
export type NodeMessage = z.infer<typeof nodeMessageSchema>;

/** Sent by the scheduler. */
export const schedulerMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("challenge"),
    version: z.literal(protocolVersion),
    nonce: bytes32Schema,
    chainId: z.number().int(),
    market: addressSchema,
    scheduler: addressSchema,
    /** The X25519 key of this scheduler process. */
    schedulerKey: bytes32Schema,
    /** EIP-712 `Challenge` by the scheduler's account: nobody between can put a key of theirs in its place. */
    signature: hexSchema,
  }),
  z.strictObject({ type: z.literal("welcome"), heartbeatMs: z.number().int().min(100), notary: addressSchema }),
  /** From now on beat this often: the interval grows with the number of nodes. */
  z.strictObject({ type: z.literal("pace"), heartbeatMs: z.number().int().min(100) }),
  /** Not admitted, or cut off; the connection closes after it. */
  z.strictObject({ type: z.literal("refused"), code: z.string(), message: z.string() }),
  /** A hint that a lease was assigned; the node reads the chain before it starts anything. Repeated after a reconnect. */
  z.strictObject({
    type: z.literal("lease"),
    leaseId: leaseIdSchema,
    terms: termsSchema,
    workload: workloadSchema,
    /** Where to get each input by hash: `GET {artifactsUrl}/{sha256}`. */
    artifactsUrl: z.url(),
    /** Which part of a job in several it runs; absent: all of it. The scheduler's word: no money hangs on it. */
    shard: shardSchema.optional(),
    /** What an earlier machine of the same part saved last: the program goes on from there. */
    checkpoint: checkpointSchema.optional(),
  }),
  /** The notary countersigned a tick. */
  z.strictObject({
    type: z.literal("countersigned"),
    leaseId: leaseIdSchema,
    sequence: seconds32,
    to: seconds32,
    head: fieldElementSchema,
    signature: hexSchema,
  }),
  /** The notary refused a tick; the node stops billing at the last countersigned one. */
  z.strictObject({
    type: z.literal("tick_refused"),
    leaseId: leaseIdSchema,
    sequence: seconds32,
    to: seconds32,
    code: z.string(),
    message: z.string(),
  }),
  z.strictObject({ type: z.literal("stop"), leaseId: leaseIdSchema, reason: endReasonSchema }),
]);
export type SchedulerMessage = z.infer<typeof schedulerMessageSchema>;

/** Name and content of a stored artifact: answer of `POST /v1/artifacts`. */
export const artifactSchema = z.object({ sha256: sha256Schema, bytes: z.number().int() });
export type Artifact = z.infer<typeof artifactSchema>;
