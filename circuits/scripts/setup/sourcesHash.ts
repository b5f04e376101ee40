import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { MODELS_DIR } from "../../models/readModel.ts";
import type { Circuit } from "./circuitList.ts";
import { CIRCUITS_DIR, SOURCE_DIR } from "./paths.ts";

/**
 * One hash over everything that a circuit's artifacts are made from: its entry in circuits.json, its file with all that
 * this includes of circuits/src, its model's file, and the versions of compiler and library. Another circuit's change leaves it alone.
 */
export function sourcesHash(circuit: Circuit): string {
  const hash = createHash("sha256");
  for (const file of includedFiles(circuit.file)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(SOURCE_DIR, file)))
      .update("\0");
  }
  if (circuit.model !== undefined) hash.update(readFileSync(join(MODELS_DIR, circuit.model)));
  const { onDemand: _when, ...compiled } = circuit;
  hash.update(JSON.stringify(compiled));
  const manifest = JSON.parse(readFileSync(join(CIRCUITS_DIR, "package.json"), "utf8"));
  const { circom2, circomlib } = z
    .object({ dependencies: z.object({ circom2: z.string(), circomlib: z.string() }) })
    .parse(manifest).dependencies;
  return hash.update(`circom2 ${circom2} circomlib ${circomlib}`).digest("hex");
}

/** A file of circuits/src and what it includes from there, sorted. Anything else comes from circomlib, whose version is hashed. */
function includedFiles(entry: string): string[] {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const path = join(SOURCE_DIR, file);
    for (const [, included = ""] of readFileSync(path, "utf8").matchAll(/^\s*include\s+"([^"]+)"\s*;/gm)) {
      const target = join(dirname(path), included);
      if (existsSync(target)) open.push(relative(SOURCE_DIR, target));
    }
  }
  return [...found].sort();
}
