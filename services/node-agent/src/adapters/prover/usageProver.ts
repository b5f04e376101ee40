import type { ProverOptions } from "@gristmill/circuits/prover/createProver";
import { createUsageProver } from "@gristmill/circuits/prover/createUsageProver";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import type { UsageProverPort } from "../../application/ports.ts";

const TIMEOUT_MS = 180_000;

/**
 * Groth16 in a child process; files that are not the locked ones are refused there.
 *
 * @param options.program - a native prover's program, in place of snarkjs
 */
export function usageProver(options: ProverOptions = {}): UsageProverPort & { readonly stage: string; close(): void } {
  let stage = "idle";
  const prover = createUsageProver(usageProverArtifacts(), options);
  return {
    async prove(input, signal) {
      const onStage = (name: string) => {
        stage = name;
      };
      const request = { input, timeoutMs: TIMEOUT_MS, onStage, ...(signal ? { signal } : {}) };
      const proved = await prover.prove(request).finally(() => onStage("idle"));
      const { proof, proveMs, peakRssBytes } = proved;
      const pair = ([x, y]: readonly [bigint, bigint]): [bigint, bigint] => [x, y];
      return {
        proof: { a: pair(proof.a), b: [pair(proof.b[0]), pair(proof.b[1])], c: pair(proof.c) },
        proveMs: Math.round(proveMs),
        peakRssBytes,
      };
    },
    /** What the child does now: loading, witness, proving, verifying or idle. */
    get stage() {
      return stage;
    },
    close: () => prover.close(),
  };
}
