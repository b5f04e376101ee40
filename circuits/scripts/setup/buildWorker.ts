/**
 * One step of the build, given as JSON. Runs in a child process of its own: snarkjs keeps worker threads and hundreds
 * of megabytes until its process ends.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { BuildMessage, BuildStep } from "./buildMessage.ts";
import { compileCircuit } from "./compileCircuit.ts";
import { groth16Setup } from "./groth16Setup.ts";

async function run(request: BuildStep): Promise<void> {
  switch (request.step) {
    case "compile":
      await compileCircuit(request.circuit, request.dir);
      return rmSync(join(request.dir, `compile-${request.circuit.name}`), { recursive: true });
    case "setup":
      return groth16Setup(request.circuit, request.dir);
  }
}

const send = (message: BuildMessage) => process.send?.(message);
try {
  await run(JSON.parse(process.argv[2] ?? "null"));
  send({ type: "done" });
} catch (error) {
  send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
}
process.disconnect?.();
// snarkjs' worker threads would keep the process.
process.exit();
