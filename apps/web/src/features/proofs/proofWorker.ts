/// <reference lib="webworker" />
/**
 * Checks one Groth16 proof with snarkjs, away from the page: a pairing takes about a second, and WebAssembly is allowed here
 * and not there (see contentSecurityPolicy.ts).
 */
import type { ProofCheck } from "./proofCheck.ts";

// ffjavascript would start workers of its own from blob addresses, which the policy forbids; without Worker it does not.
Reflect.deleteProperty(globalThis, "Worker");

addEventListener("message", async ({ data }: MessageEvent<ProofCheck>) => {
  try {
    const { groth16 } = await import("snarkjs");
    postMessage({ holds: await groth16.verify(data.key, data.publicInputs, data.proof) });
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
