import {
  createUsageProver,
  type ProvedUsage,
  type ProveUsageRequest,
  type UsageProverArtifacts,
} from "./createUsageProver.ts";

/**
 * Proves one receipt in a child process of its own and verifies the proof there. For several proofs, keep a
 * `createUsageProver`.
 *
 * @throws as `UsageProver.prove` does.
 *
 * @example
 * const { proof, publicInputs } = await proveUsage({
 *   artifacts: usageProverArtifacts(),
 *   input: usageWitness({ origin, context, from, ticks }),
 *   timeoutMs: 60_000,
 * });
 */
export async function proveUsage(
  request: ProveUsageRequest & { artifacts: UsageProverArtifacts },
): Promise<ProvedUsage> {
  const { artifacts, ...rest } = request;
  const prover = createUsageProver(artifacts);
  try {
    return await prover.prove(rest);
  } finally {
    prover.close();
  }
}
