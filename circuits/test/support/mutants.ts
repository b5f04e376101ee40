import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wtns } from "snarkjs";
import { expect } from "vitest";
import type { Circuit } from "../../scripts/setup/circuitList.ts";
import { compileCircuit } from "../../scripts/setup/compileCircuit.ts";
import { SOURCE_DIR } from "../../scripts/setup/paths.ts";

/** One statement of one source file (below circuits/src), to be taken out. */
export type Removal = readonly [file: string, statement: string];

/** circom wants every component to have an input, so a check that is taken out checks 0. */
const neutral = (statement: string) =>
  statement.replace(/^(\w+(?:\[\w+\])?\.in <== ).*|^.*/, (_, input) => (input ? `${input}0;` : ""));

/** Compiles a circuit into a folder of its own, with one statement taken out where told. @returns path without ending */
export async function compileMutant(
  directory: string,
  folder: string,
  circuit: Pick<Circuit, "file" | "template" | "params" | "publicInputs">,
  removal?: Removal,
): Promise<string> {
  const out = join(directory, folder);
  const sources = join(out, "src");
  mkdirSync(out, { recursive: true });
  cpSync(SOURCE_DIR, sources, { recursive: true });
  if (removal) {
    const path = join(sources, removal[0]);
    const text = readFileSync(path, "utf8");
    expect(text.split(removal[1])).toHaveLength(2);
    writeFileSync(path, text.replace(removal[1], neutral(removal[1])));
  }
  await compileCircuit({ ...circuit, name: "mutant" }, out, sources);
  return join(out, "mutant");
}

/** All wires for an input, or undefined when the circuit refuses it. */
export async function wiresOf(path: string, input: object): Promise<bigint[] | undefined> {
  const memory = { type: "mem" } as const;
  try {
    await wtns.calculate(input as Record<string, unknown>, new Uint8Array(readFileSync(`${path}.wasm`)), memory);
  } catch {
    return undefined;
  }
  return wtns.exportJson(memory);
}
