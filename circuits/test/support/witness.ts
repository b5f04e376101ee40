import { readFileSync } from "node:fs";
import { wtns } from "snarkjs";
import { circuitArtifacts } from "../../scripts/setup/artifacts.ts";

const { files } = circuitArtifacts("usage");
const wasm = new Uint8Array(readFileSync(files.wasm));

/** All wires of the usage circuit for an input of any shape; rejects when the circuit refuses it. */
export async function witnessOf(input: object): Promise<bigint[]> {
  const memory = { type: "mem" } as const;
  await wtns.calculate(input as Record<string, unknown>, wasm, memory);
  return wtns.exportJson(memory);
}
