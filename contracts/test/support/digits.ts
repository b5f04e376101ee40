import { readFileSync } from "node:fs";
import { readModel } from "@gristmill/circuits/models/readModel";
import { createProver, type SolidityProof } from "@gristmill/circuits/prover/createProver";
import { proverArtifacts } from "@gristmill/circuits/prover/proverArtifacts";
import { circuitArtifacts } from "@gristmill/circuits/scripts/setup/artifacts";
import { commitInput } from "@gristmill/shared/inference/commitInput";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceContext } from "@gristmill/shared/inference/inferenceContext";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import { modelIdOf, type RegisteredModel } from "@gristmill/shared/inference/modelId";
import { verificationKeySchema, verificationKeyWords } from "@gristmill/shared/proof/verificationKey";
import { type Address, createWalletClient, custom, getAddress, type Hex, zeroHash } from "viem";
import { hardhat } from "viem/chains";
import { readArtifact } from "../../deploy/readArtifact.ts";
import { accounts } from "./accounts.ts";
import { CHAIN_ID, type TestMarket } from "./market.ts";

const { files, sha256 } = circuitArtifacts("publicDigits");
const model = readModel("digits.json");
const modelCommitment = commitModel(model, 0n);

/** The key of the public digit classifier's circuit. */
export const digitsKey = verificationKeySchema.parse(JSON.parse(readFileSync(files.verificationKey, "utf8")));
/** A picture of something; what it is called does not matter here. */
export const picture = Uint8Array.from({ length: 784 }, (_, index) => (index * 7) % 16);
export const SALT = 99n;
export const inputCommitment = commitInput(model, picture, SALT);

/** Deploys a contract that is no part of the market. */
export async function deploy(market: TestMarket, source: string, name: string, args: unknown[] = []): Promise<Address> {
  const { abi, bytecode } = readArtifact(source, name);
  const transport = custom(market.provider, { retryCount: 0 });
  const wallet = createWalletClient({ account: accounts.deployer, chain: hardhat, transport });
  const hash = await wallet.deployContract({ abi, bytecode, args });
  const { contractAddress } = await market.publicClient.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error(`${name} was not deployed`);
  return getAddress(contractAddress);
}

/** Deploys the generated verifier. */
export const deployVerifier = (market: TestMarket): Promise<Address> =>
  deploy(market, "verify/generated/PublicDigitsGroth16Verifier.sol", "PublicDigitsGroth16Verifier");

/** The digit classifier as its registrar describes it. */
export const digitsOf = (groth16: Address): RegisteredModel => ({
  groth16,
  circuitHash: `0x${sha256.r1cs}`,
  modelCommitment,
  weightsHash: zeroHash,
  semantics: 1,
  metadata: "digits 784-128-10",
});

/** Deploys the verifier and registers the model. */
export async function registerDigits(market: TestMarket): Promise<Hex> {
  const described = digitsOf(await deployVerifier(market));
  await market.send(accounts.stranger, "models", "register", [described, verificationKeyWords(digitsKey)]);
  return modelIdOf(described);
}

/** Makes real inference proofs in a warm child process; `close` it after the last one. */
export function createInferenceProver() {
  const prover = createProver(proverArtifacts("publicDigits"));
  return {
    async prove(owner: { market: Address; leaseId: Hex; payee: Address; modelId: Hex; chainId?: number }) {
      const context = inferenceContext({ chainId: CHAIN_ID, ...owner });
      const input = inferenceWitness({ context, model, modelCommitment, values: picture, salt: SALT });
      const { proof } = await prover.prove({ input: { ...input } });
      return { proof: proof as SolidityProof, class: BigInt(input.class) };
    },
    close: () => prover.close(),
  };
}
