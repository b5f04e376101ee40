import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MODELS_DIR, readModel } from "@gristmill/circuits/models/readModel";
import { circuitArtifacts } from "@gristmill/circuits/scripts/setup/artifacts";
import { readCircuitList } from "@gristmill/circuits/scripts/setup/circuitList";
import { modelsAbi } from "@gristmill/shared/abi/models";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { INFERENCE_SEMANTICS } from "@gristmill/shared/inference/model";
import { modelIdOf, type RegisteredModel } from "@gristmill/shared/inference/modelId";
import { verificationKeySchema, verificationKeyWords } from "@gristmill/shared/proof/verificationKey";
import {
  type Account,
  type Address,
  type Chain,
  type Hex,
  type PublicClient,
  type Transport,
  type WalletClient,
  zeroHash,
} from "viem";
import { readArtifact } from "./readArtifact.ts";

export interface RegisterModelParameters {
  walletClient: WalletClient<Transport, Chain | undefined, Account>;
  publicClient: PublicClient;
  /** The `ModelRegistry`. */
  models: Address;
  /** Name in circuits.json. */
  circuit: string;
  /** File in circuits/models. */
  file: string;
  /** Blinding of a private model's weights; absent for a public one. */
  modelSalt?: bigint;
  /** What a person should know of the model. */
  metadata: string;
}

/**
 * Deploys the verifier of a model's circuit and registers the model. Anybody may; the locked verification key is in the
 * repository, so that no proving key has to be built for it.
 *
 * @returns the model's id, and what it stands for
 */
export async function registerModel(
  parameters: RegisterModelParameters,
): Promise<{ modelId: Hex; model: RegisteredModel }> {
  const { walletClient, publicClient, models, circuit, file, modelSalt, metadata } = parameters;
  const { files, sha256 } = circuitArtifacts(circuit);
  const verifier = readCircuitList().find(({ name }) => name === circuit)?.verifier;
  if (verifier === undefined) throw new Error(`there is no circuit "${circuit}" in circuits.json`);
  const { abi, bytecode } = readArtifact(verifier.file.replace("contracts/src/", ""), verifier.contract);
  const chain = walletClient.chain ?? null;
  const deployed = await publicClient.waitForTransactionReceipt({
    hash: await walletClient.deployContract({ abi, bytecode, chain }),
  });
  if (!deployed.contractAddress) throw new Error(`${verifier.contract} was not deployed`);

  const isPublic = modelSalt === undefined;
  const model: RegisteredModel = {
    groth16: deployed.contractAddress,
    circuitHash: `0x${sha256.r1cs}`,
    modelCommitment: commitModel(readModel(file), modelSalt ?? 0n),
    weightsHash: isPublic
      ? `0x${createHash("sha256")
          .update(readFileSync(join(MODELS_DIR, file)))
          .digest("hex")}`
      : zeroHash,
    semantics: INFERENCE_SEMANTICS,
    metadata,
  };
  const key = verificationKeyWords(
    verificationKeySchema.parse(JSON.parse(readFileSync(files.verificationKey, "utf8"))),
  );
  const hash = await walletClient.writeContract({
    ...{ address: models, abi: modelsAbi, functionName: "register", chain },
    args: [model, key as never],
  });
  const { status } = await publicClient.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`registering ${file} failed in transaction ${hash}`);
  return { modelId: modelIdOf(model), model };
}
