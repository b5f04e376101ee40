import { readFileSync } from "node:fs";
import { z } from "zod";
import { CIRCUIT_LIST_FILE } from "./paths.ts";

const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/);

const circuitSchema = z.strictObject({
  name: identifier,
  /** Relative to circuits/src. */
  file: z.string(),
  template: identifier,
  params: z.array(z.union([z.int(), z.array(z.int())])),
  /** File in circuits/models: the model's parameters, weights included, follow `params`. */
  model: z.string().optional(),
  /** In the order of the verifier's inputs. */
  publicInputs: z.array(identifier),
  /** Smallest n with 2^n >= constraints + public signals + 1; the build checks it. */
  power: z.int().min(1).max(20),
  /** circom's level. O2 (when absent) halves circuits of hashes; O1 compiles big linear ones in a fraction of the time. */
  optimization: z.enum(["O1", "O2"]).optional(),
  /** Built only when asked for by name, by whoever uses it first: for circuits that a market can run without. */
  onDemand: z.literal(true).optional(),
  /** Solidity verifier; `file` relative to the checkout. */
  verifier: z.strictObject({ contract: identifier, file: z.string() }),
});

/** One entry of circuits.json. */
export type Circuit = z.infer<typeof circuitSchema>;

/** Reads circuits.json. */
export function readCircuitList(): Circuit[] {
  return z.array(circuitSchema).parse(JSON.parse(readFileSync(CIRCUIT_LIST_FILE, "utf8")));
}
