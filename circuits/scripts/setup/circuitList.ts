import { readFileSync } from "node:fs";
import { z } from "zod";
import { CIRCUIT_LIST_FILE } from "./paths.ts";

const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/);

const circuitSchema = z.strictObject({
  name: identifier,
  /** Relative to circuits/src. */
  file: z.string(),
  template: identifier,
  params: z.array(z.int()),
  /** In the order of the verifier's inputs. */
  publicInputs: z.array(identifier),
  /** Smallest n with 2^n >= constraints + public inputs + 1; the build checks it. */
  power: z.int().min(1).max(20),
  /** Solidity verifier; `file` relative to the checkout. */
  verifier: z.strictObject({ contract: identifier, file: z.string() }),
});

/** One entry of circuits.json. */
export type Circuit = z.infer<typeof circuitSchema>;

/** Reads circuits.json. */
export function readCircuitList(): Circuit[] {
  return z.array(circuitSchema).parse(JSON.parse(readFileSync(CIRCUIT_LIST_FILE, "utf8")));
}
