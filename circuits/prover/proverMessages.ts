import { z } from "zod";

const decimal = z.string().regex(/^(0|[1-9]\d*)$/);
const signals = z.array(decimal).min(1);

/** Parent to prover child: prove one receipt. */
export const proveRequestSchema = z.strictObject({
  id: z.int(),
  artifacts: z.strictObject({
    wasm: z.string(),
    zkey: z.string(),
    verificationKey: z.string(),
    sha256: z.strictObject({ wasm: z.string(), zkey: z.string(), verificationKey: z.string() }),
  }),
  input: z.strictObject({
    context: decimal,
    origin: decimal,
    head: decimal,
    from: decimal,
    to: decimal,
    elapsed: signals,
    sample: signals,
    active: signals,
  }),
});
export type ProveRequest = z.infer<typeof proveRequestSchema>;

/** What the child is doing. */
export const proveStageSchema = z.enum(["loading", "proving", "verifying"]);
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
    publicInputs: signals,
    proveMs: z.number(),
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
