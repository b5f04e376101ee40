/**
 * Builds every circuit of circuits.json into the folder given as argument. Runs in a child process of its own:
 * snarkjs keeps worker threads and hundreds of megabytes until its process ends.
 */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildBn128 } from "ffjavascript";
import { powersOfTauFile, readLock, sha256File } from "./artifacts.ts";
import type { BuildMessage } from "./buildMessage.ts";
import { readCircuitList } from "./circuitList.ts";
import { compileCircuit } from "./compileCircuit.ts";
import { constraintCount } from "./constraintCount.ts";
import { developmentPowersOfTau } from "./developmentPowersOfTau.ts";
import { groth16Setup } from "./groth16Setup.ts";

const send = (message: BuildMessage) => process.send?.(message);
const step = (line: string) => send({ type: "step", line });

async function build(outDir: string): Promise<void> {
  mkdirSync(outDir, { recursive: true });
  const curve = await buildBn128();
  try {
    const circuits = readCircuitList();
    for (const power of new Set(circuits.map((circuit) => circuit.power))) {
      const target = join(outDir, `${power}.ptau`);
      const kept = sha256File(powersOfTauFile(power));
      if (kept !== undefined && kept === readLock()?.powersOfTau[power]) {
        copyFileSync(powersOfTauFile(power), target);
        continue;
      }
      step(`making development powers of tau 2^${power} (known trapdoor: never for real money)`);
      writeFileSync(target, await developmentPowersOfTau(curve, power));
    }
    for (const circuit of circuits) {
      step(`compiling ${circuit.file}`);
      await compileCircuit(circuit, outDir);
      rmSync(join(outDir, "compile"), { recursive: true });
      const constraints = constraintCount(join(outDir, `${circuit.name}.r1cs`));
      step(`making the development proving key of ${circuit.name} (${constraints} constraints)`);
      await groth16Setup(circuit, outDir, join(outDir, `${circuit.power}.ptau`));
    }
  } finally {
    await curve.terminate();
  }
}

const outDir = process.argv[2];
if (outDir === undefined) throw new Error("usage: buildWorker.ts OUT_DIR");
try {
  await build(outDir);
  send({ type: "done" });
} catch (error) {
  send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();
