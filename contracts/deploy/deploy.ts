import { type Deployment, deploymentSchema } from "@gristmill/shared/chain/deployment";
import {
  type Account,
  type Address,
  type Chain,
  getContractAddress,
  isAddressEqual,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import { readArtifact } from "./readArtifact.ts";
import { checkVerifyingKey } from "./verifyingKey.ts";

export interface DeployConfig {
  /** Payment tokens to allow; absent: a test dollar is deployed and is the only one. Never absent on a public chain. */
  tokens?: readonly [Address, ...Address[]];
  /** Least gap between two deadlines of a job's terms, seconds. */
  minGapSeconds: number;
  /** Highest fee that terms may name, basis points. */
  feeCeilingBps: number;
  /** snarkjs verification key of the usage circuit. */
  verifyingKeyPath: string;
}

export interface DeployParameters {
  walletClient: WalletClient<Transport, Chain | undefined, Account>;
  publicClient: PublicClient;
  config: DeployConfig;
}

/**
 * Deploys the whole market, in an order where escrow, asset and market know each other from their constructors: there
 * is no setter to forget. The deployer must send nothing else meanwhile and has no power afterwards.
 *
 * @throws UncontributedKeyError, VerifierKeyMismatchError before anything is sent
 */
export async function deployGristmill({ walletClient, publicClient, config }: DeployParameters): Promise<Deployment> {
  const groth16 = readArtifact("verify/generated/UsageGroth16Verifier.sol", "UsageGroth16Verifier");
  checkVerifyingKey(config.verifyingKeyPath, groth16.bytecode);

  const deployer = walletClient.account.address;
  const chainId = await publicClient.getChainId();
  const blockNumber = await publicClient.getBlockNumber();
  let nonce = await publicClient.getTransactionCount({ address: deployer, blockTag: "pending" });

  const deploy = async (source: string, name: string, args: readonly unknown[]): Promise<Address> => {
    const expected = getContractAddress({ from: deployer, nonce: BigInt(nonce) });
    const { abi, bytecode } = readArtifact(source, name);
    const hash = await walletClient.deployContract({ abi, bytecode, args, nonce, chain: walletClient.chain ?? null });
    nonce += 1;
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success" || !receipt.contractAddress || !isAddressEqual(receipt.contractAddress, expected))
      throw new Error(`Deploying ${name} failed in transaction ${hash}`);
    return receipt.contractAddress;
  };

  const token = config.tokens?.[0] ?? (await deploy("token/TestDollar.sol", "TestDollar", []));
  const registry = await deploy("market/ProviderRegistry.sol", "ProviderRegistry", []);
  const groth16Verifier = await deploy("verify/generated/UsageGroth16Verifier.sol", "UsageGroth16Verifier", []);
  const verifier = await deploy("verify/UsageVerifier.sol", "UsageVerifier", [groth16Verifier]);

  // Escrow, asset, market: the market comes third.
  const predictedMarket = getContractAddress({ from: deployer, nonce: BigInt(nonce + 2) });
  const tokens = config.tokens ?? [token];
  const escrow = await deploy("escrow/JobEscrow.sol", "JobEscrow", [
    predictedMarket,
    tokens,
    BigInt(config.feeCeilingBps),
    BigInt(config.minGapSeconds),
  ]);
  const asset = await deploy("assets/ComputeAsset.sol", "ComputeAsset", [predictedMarket, registry]);
  const market = await deploy("market/Marketplace.sol", "Marketplace", [escrow, asset, registry, verifier]);

  return deploymentSchema.parse({
    chainId,
    contracts: { token, escrow, market, asset, registry, verifier, groth16Verifier },
    blockNumber: Number(blockNumber),
    minGapSeconds: config.minGapSeconds,
    feeCeilingBps: config.feeCeilingBps,
  });
}
