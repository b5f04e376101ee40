import { existsSync } from "node:fs";
import { createProver, type Prover, type ProverOptions } from "@gristmill/circuits/prover/createProver";
import { proverArtifacts } from "@gristmill/circuits/prover/proverArtifacts";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import type { InferencePort } from "../../application/ports.ts";
import { type KnownModel, readModels } from "./readModels.ts";

const TIMEOUT_MS = 180_000;

/**
 * Answers for the models that this node has and whose keys are built (`node circuits/scripts/build.ts publicDigits`), each
 * circuit with a prover of its own in a child process.
 *
 * @param options.privateModelsDir - the operator's private models, see `readModels`
 * @throws BaseError `config_invalid` for a private model that cannot be used
 */
export function inferenceProver(
  options: ProverOptions & { privateModelsDir?: string | undefined } = {},
): InferencePort & { close(): void } {
  const { privateModelsDir, ...proverOptions } = options;
  const provers = new Map<string, Prover>();
  const known = readModels(privateModelsDir);
  const isBuilt = ({ circuit }: KnownModel) => existsSync(proverArtifacts(circuit).zkey);

  return {
    models: () => [...known].filter(([, model]) => isBuilt(model)).map(([commitment]) => commitment),
    refusal(modelCommitment) {
      const found = known.get(modelCommitment);
      if (found === undefined) return "this node does not have the model that the job names";
      return isBuilt(found) ? undefined : `this node has not built the proving key of ${found.circuit}`;
    },
    modelText(modelCommitment) {
      return modelOf(known, modelCommitment).text;
    },
    async prove({ modelCommitment, context, values, salt }) {
      const { circuit, model, modelSalt } = modelOf(known, modelCommitment);
      const input = inferenceWitness({
        ...{ context, model, modelCommitment, values, salt },
        ...(modelSalt !== undefined && { modelSalt }),
      });
      const prover = provers.get(circuit) ?? createProver(proverArtifacts(circuit), proverOptions);
      provers.set(circuit, prover);
      const { proof, proveMs } = await prover.prove({ input: { ...input }, timeoutMs: TIMEOUT_MS });
      const pair = ([x, y]: readonly [bigint, bigint]): [bigint, bigint] => [x, y];
      return {
        class: Number(input.class),
        inputCommitment: BigInt(input.inputCommitment),
        proof: { a: pair(proof.a), b: [pair(proof.b[0]), pair(proof.b[1])], c: pair(proof.c) },
        proveMs: Math.round(proveMs),
      };
    },
    close() {
      for (const prover of provers.values()) prover.close();
    },
  };
}

function modelOf(known: ReadonlyMap<bigint, KnownModel>, modelCommitment: bigint): KnownModel {
  const found = known.get(modelCommitment);
  if (found === undefined)
    throw new BaseError("workload_failed", "this node does not have the model that the job names");
  return found;
}
