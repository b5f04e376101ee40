import { createUsageProver } from "@gristmill/circuits/prover/createUsageProver";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import type { UsageProverPort } from "../../application/ports.ts";

const TIMEOUT_MS = 180_000;

/** Groth16 in a child process; files that are not the locked ones are refused there. */
export function usageProver(): UsageProverPort & { close(): void } {
  const prover = createUsageProver(usageProverArtifacts());
  return {
    async prove(input, signal) {
      const { proof, proveMs } = await prover.prove({ input, timeoutMs: TIMEOUT_MS, ...(signal ? { signal } : {}) });
      const pair = ([x, y]: readonly [bigint, bigint]): [bigint, bigint] => [x, y];
      return {
        proof: { a: pair(proof.a), b: [pair(proof.b[0]), pair(proof.b[1])], c: pair(proof.c) },
        proveMs: Math.round(proveMs),
      };
    },
    close: () => prover.close(),
  };
}
