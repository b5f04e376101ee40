import type { UsageCircuitInput } from "@gristmill/shared/receipt/usageWitness";
import { createProver, type Proved, type ProveOptions, type ProverOptions } from "./createProver.ts";
import type { ProverArtifacts } from "./proverArtifacts.ts";

/** One receipt's proof to make. */
export interface ProveUsageRequest extends Omit<ProveOptions, "input"> {
  /** From `usageWitness`. */
  input: UsageCircuitInput;
}

/** Proves one receipt after another; public inputs are context, origin, head, from, to. */
export interface UsageProver {
  prove(request: ProveUsageRequest): Promise<Proved>;
  close(): void;
}

/** `createProver` for the usage circuit, with its input typed. */
export function createUsageProver(artifacts: ProverArtifacts, options?: ProverOptions): UsageProver {
  const prover = createProver(artifacts, options);
  return {
    prove: ({ input, ...rest }) => prover.prove({ input: { ...input }, ...rest }),
    close: () => prover.close(),
  };
}
