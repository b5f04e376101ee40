import { existsSync } from "node:fs";
import { join } from "node:path";
import { MODELS_DIR, readModel } from "@gristmill/circuits/models/readModel";
import { createProver, type Prover, type ProverOptions } from "@gristmill/circuits/prover/createProver";
import { proverArtifacts } from "@gristmill/circuits/prover/proverArtifacts";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import type { Model } from "@gristmill/shared/inference/model";
import type { InferencePort } from "../../application/ports.ts";

const TIMEOUT_MS = 180_000;

/** A model that this node can answer for. */
interface Known {
  circuit: string;
  file: string;
  model: Model;
  modelSalt?: bigint;
}

/**
 * Answers for the models of this checkout whose keys are built (`node circuits/scripts/build.ts publicDigits`), each with a
 * prover of its own in a child process.
 *
 * @param options.privateModelSalt - blinding of the private model, known to this node only; without it there is none
 */
export function inferenceProver(
  options: ProverOptions & { privateModelSalt?: bigint } = {},
): InferencePort & { close(): void } {
  const { privateModelSalt, ...proverOptions } = options;
  const provers = new Map<string, Prover>();
  let known: Map<bigint, Known> | undefined;

  // Reading and committing to the models takes a second: done when the first such job comes.
  const models = () => {
    if (known === undefined) {
      const digits = readModel("digits.json");
      known = new Map([[commitModel(digits, 0n), { circuit: "publicDigits", file: "digits.json", model: digits }]]);
      if (privateModelSalt !== undefined) {
        const model = readModel("smallDigits.json");
        const entry = { circuit: "privateDigits", file: "smallDigits.json", model, modelSalt: privateModelSalt };
        known.set(commitModel(model, privateModelSalt), entry);
      }
    }
    return known;
  };

  return {
    refusal(modelCommitment) {
      const found = models().get(modelCommitment);
      if (found === undefined) return "this node does not have the model that the job names";
      const { zkey } = proverArtifacts(found.circuit);
      return existsSync(zkey) ? undefined : `this node has not built the proving key of ${found.circuit}`;
    },
    modelFile(modelCommitment) {
      return join(MODELS_DIR, modelOf(models(), modelCommitment).file);
    },
    async prove({ modelCommitment, context, values, salt }) {
      const { circuit, model, modelSalt } = modelOf(models(), modelCommitment);
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

function modelOf(known: ReadonlyMap<bigint, Known>, modelCommitment: bigint): Known {
  const found = known.get(modelCommitment);
  if (found === undefined)
    throw new BaseError("workload_failed", "this node does not have the model that the job names");
  return found;
}
