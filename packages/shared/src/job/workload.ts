import { keccak256, stringToBytes } from "viem";
import { z } from "zod";
import { canonicalJson } from "../ids/canonicalJson.ts";
import { addressSchema, bytes32Schema, sha256Schema } from "../ids/ids.ts";
import { inferenceWorkload } from "../inference/inferenceWorkload.ts";

/** `name@sha256:digest`: a tag can be moved, a digest cannot. */
export const imageSchema = z
  .string()
  .max(512)
  .regex(
    /^[a-z0-9][a-z0-9._\-/:]*@sha256:[0-9a-f]{64}$/,
    "must name the image by digest (name@sha256:...); a tag can be moved to other content",
  );

/** Text that a program can be given: half a surrogate pair has no canonical JSON, and NUL ends an argument. */
const argumentSchema = z
  .string()
  .max(4096)
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "must be well-formed text without NUL");

const envSchema = z.record(z.string().max(64), argumentSchema).superRefine((env, context) => {
  for (const name of Object.keys(env)) {
    if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
      context.addIssue({ code: "custom", path: [name], message: "must be upper-case letters, digits and underscores" });
    } else if (/^(LD_|NVIDIA_|DYLD_)/.test(name)) {
      context.addIssue({
        code: "custom",
        path: [name],
        message: "loader and NVIDIA runtime variables are set by the node only",
      });
    }
  }
});

/** One input file: where the workload finds it under /in, and the content it must have. */
export const workloadInputSchema = z.strictObject({
  path: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "must be a plain file name (letters, digits, dot, dash, underscore)"),
  sha256: sha256Schema,
  bytes: z.number().int().min(0).max(268_435_456),
});

const inputsSchema = z
  .array(workloadInputSchema)
  .max(32)
  .superRefine((inputs, context) => {
    const paths = new Set<string>();
    for (const [index, { path }] of inputs.entries()) {
      if (paths.has(path)) context.addIssue({ code: "custom", path: [index, "path"], message: "is named twice" });
      paths.add(path);
    }
  });

/** An answer that a proof pays: of which model, for which input. */
export const inferenceOrderSchema = z.strictObject({
  /** Id in the model registry. */
  modelId: bytes32Schema,
  /** `commitInput` of what is asked, decimal: a field element. */
  inputCommitment: z.string().regex(/^(0|[1-9]\d{0,76})$/, "must be a field element in decimal"),
  /** Nodes that can open the sealed input: the job is placed on one of them, or nowhere. */
  sealedFor: z.array(addressSchema).min(1).max(8),
});
export type InferenceOrder = z.infer<typeof inferenceOrderSchema>;

/**
 * A program that can go on elsewhere: it keeps all it needs for that in one file, `/out/.checkpoint`, which it replaces by renaming
 * a complete one over it. A machine that takes over puts the file there before it starts the program.
 */
export const checkpointOrderSchema = z.strictObject({
  /** How often the node looks for a new one at most. */
  everySeconds: z.number().int().min(5).max(86_400),
});

/** What runs: a pinned image, its command, inputs and limits. Its canonical JSON is hashed into the terms. */
export const workloadSchema = z
  .strictObject({
    image: imageSchema,
    command: z.array(argumentSchema).max(64).default([]),
    env: envSchema.default({}),
    inputs: inputsSchema.default([]),
    cpuMilli: z.number().int().min(100).max(256_000).default(1000),
    memoryMiB: z.number().int().min(32).max(2_097_152).default(512),
    maxOutputMiB: z.number().int().min(1).max(4096).default(64),
    /** Seconds the workload may run; the reservation covers them. */
    maxSeconds: z.number().int().min(1).max(2_592_000),
    /** Verified inference: the price is that of all `maxSeconds`, and only a proof of the answer is paid. */
    inference: inferenceOrderSchema.optional(),
    /** The program saves its state, which counts against `maxOutputMiB`; absent: a lost machine's work begins anew elsewhere. */
    checkpoint: checkpointOrderSchema.optional(),
  })
  .refine(({ inference, checkpoint }) => inference === undefined || checkpoint === undefined, {
    path: ["checkpoint"],
    message: "must be left out: a verified answer saves no state, its input is one machine's alone",
  });
export type Workload = z.infer<typeof workloadSchema>;

/** keccak256 of the workload's canonical JSON. */
export function workloadSpec(workload: Workload): `0x${string}` {
  return keccak256(stringToBytes(canonicalJson(workload)));
}

/** `terms.workload`: the hash of the workload, in the form that the chain recomputes where a proven answer is paid. */
export function workloadHash(workload: Workload): `0x${string}` {
  const { inference } = workload;
  const spec = workloadSpec(workload);
  if (inference === undefined) return spec;
  return inferenceWorkload(inference.modelId, BigInt(inference.inputCommitment), spec);
}
