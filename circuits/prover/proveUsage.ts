import type { Proved } from "./createProver.ts";
import { createUsageProver, type ProveUsageRequest } from "./createUsageProver.ts";
import type { ProverArtifacts } from "./proverArtifacts.ts";

/**
 * Proves one receipt in a child process of its own and verifies the proof there. For several proofs, keep a
 * `createUsageProver`.
 *
 * @throws as `Prover.prove` does.
 *
 * @example
 * const { proof, publicInputs } = await proveUsage({
 *   artifacts: usageProverArtifacts(),
 *   input: usageWitness({ origin, context, from, ticks }),
 *   timeoutMs: 60_000,
 * });
 */
export async function proveUsage(request: ProveUsageRequest & { artifacts: ProverArtifacts }): Promise<Proved> {
  const { artifacts, ...rest } = request;
  const prover = createUsageProver(artifacts);
  try {
    return await prover.prove(rest);
  } finally {
    prover.close();
  }
}
