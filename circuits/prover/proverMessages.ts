import { z } from "zod";

const decimal = z.string().regex(/^(0|[1-9]\d*)$/);
const publicSignals = z.array(decimal).min(1);

/** Value of an input signal: a field element in decimal (weights are signed: a negative one is reduced), or an array of any depth. */
export type SignalValue = string | SignalValue[];
const signedDecimal = z.string().regex(/^(0|-?[1-9]\d*)$/);
const signalSchema: z.ZodType<SignalValue> = z.lazy(() => z.union([signedDecimal, z.array(signalSchema)]));

/** Parent to prover child: make one proof. */
export const proveRequestSchema = z.strictObject({
  id: z.int(),
  artifacts: z.strictObject({
    wasm: z.string(),
    zkey: z.string(),
    verificationKey: z.string(),
    sha256: z.strictObject({ wasm: z.string(), zkey: z.string(), verificationKey: z.string() }),
  }),
  input: z.record(z.string(), signalSchema),
  /** A native prover's program, in place of snarkjs; see externalBackend. */
  program: z.string().optional(),
  /** Folder of this child alone, for the files that a native prover reads and writes. */
  scratchDir: z.string(),
});
export type ProveRequest = z.infer<typeof proveRequestSchema>;

/** What the child is doing. */
export const proveStageSchema = z.enum(["loading", "witness", "proving", "verifying"]);
export type ProveStage = z.infer<typeof proveStageSchema>;

/** Prover child to parent. */
export const proveReplySchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("stage"), id: z.int(), stage: proveStageSchema }),
  z.strictObject({
    type: z.literal("proved"),
    id: z.int(),
    /** Coordinates in the order of the Solidity verifier's arguments. */
    a: z.tuple([decimal, decimal]),
    b: z.tuple([z.tuple([decimal, decimal]), z.tuple([decimal, decimal])]),
    c: z.tuple([decimal, decimal]),
    publicInputs: publicSignals,
    witnessMs: z.number(),
    proveMs: z.number(),
    verifyMs: z.number(),
    /** Most memory the child ever held. */
    peakRssBytes: z.number(),
  }),
  z.strictObject({
    type: z.literal("failed"),
    id: z.int(),
    /** artifact: a file is not the locked one. witness: the input breaks a constraint. proof: anything else. */
    reason: z.enum(["artifact", "witness", "proof"]),
    message: z.string(),
  }),
]);
export type ProveReply = z.infer<typeof proveReplySchema>;
