import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TemplateParameter } from "../../models/modelParameters.ts";
import { compileCircuit } from "../../scripts/setup/compileCircuit.ts";
import { SOURCE_DIR } from "../../scripts/setup/paths.ts";
import { type Calculator, calculator } from "./calculator.ts";
import { type R1cs, readR1cs } from "./r1cs.ts";

/** A circuit compiled for a test. */
export interface Compiled {
  wires: Calculator;
  r1cs: R1cs;
}

/** One statement of one source file. */
export interface Statement {
  /** Relative to circuits/src. */
  file: string;
  text: string;
}

/** circom wants every component to have its inputs: a check that is taken out checks 0. */
const neutral = (text: string) => text.replace(/^([^<]+\.in <== ).*|^.*/, (_, input) => (input ? `${input}0;` : ""));

/**
 * Compiles a template of circuits/src with these parameters.
 *
 * @param removed - a statement to take out first, to see what it is there for; it must occur exactly once.
 */
export async function compiled(
  file: string,
  template: string,
  parameters: readonly TemplateParameter[],
  publicInputs: readonly string[],
  removed?: Statement,
): Promise<Compiled> {
  const directory = mkdtempSync(join(tmpdir(), "gristmill-circuit-"));
  try {
    const sources = join(directory, "sources");
    cpSync(SOURCE_DIR, sources, { recursive: true });
    if (removed) {
      const path = join(sources, removed.file);
      const parts = readFileSync(path, "utf8").split(removed.text);
      if (parts.length !== 2) throw new Error(`"${removed.text}" occurs ${parts.length - 1} times in ${removed.file}`);
      writeFileSync(path, parts.join(neutral(removed.text)));
    }
    await compileCircuit(
      { name: "small", file, template, params: parameters, publicInputs: [...publicInputs] },
      directory,
      sources,
    );
    return {
      wires: await calculator(new Uint8Array(readFileSync(join(directory, "small.wasm")))),
      r1cs: readR1cs(join(directory, "small.r1cs")),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
