import { readFileSync } from "node:fs";
import { join } from "node:path";
import { circuitArtifacts } from "@gristmill/circuits/scripts/setup/artifacts";
import { KEYS_DIR } from "@gristmill/circuits/scripts/setup/paths";
import { type Deployment, deploymentSchema } from "@gristmill/shared/chain/deployment";
import {
  type Account,
  type Address,
  type Chain,
  encodeDeployData,
  erc20Abi,
  getContractAddress,
  type Hex,
  isAddressEqual,
  type PublicClient,
  type Transport,
  type WalletClient,
  zeroAddress,
} from "viem";
import { checkNetwork } from "./checkNetwork.ts";
import { type Network, networks } from "./networks.ts";
import { type ContractKey, planOf, rollupVerifiers } from "./plan.ts";
import { readArtifact } from "./readArtifact.ts";
import { checkVerifyingKey } from "./verifyingKey.ts";

export interface DeployConfig {
  /** Payment tokens to allow; absent: the network's, or a test dollar on a local one. The first is the stake token. */
  tokens?: readonly [Address, ...Address[]];
  /** Least gap between two deadlines of a job's terms, seconds. */
  minGapSeconds: number;
  /** Highest fee that terms may name, basis points. */
  feeCeilingBps: number;
  /** snarkjs verification key of the usage circuit. */
  verifyingKeyPath: string;
  /** Absent: the local one's. */
  network?: Network;
  /** Who proposes changes of the parameters; absent: the deployer, on a local network only. */
  governance?: Address;
  /** Whose fees count towards reputation: operators of schedulers that the market's governance knows. */
  feeRecipients?: readonly Address[];
}

/** What a block explorer needs to verify one contract's source. */
export interface Deployed {
  name: string;
  source: string;
  address: Address;
  constructorArguments: Hex;
}

export interface DeployParameters {
  walletClient: WalletClient<Transport, Chain | undefined, Account>;
  publicClient: PublicClient;
  config: DeployConfig;
  onDeployed?: (deployed: Deployed) => void;
}

/**
 * Deploys the whole market, in an order where contracts know each other from their constructors: there is no setter to
 * forget. The deployer must send nothing else meanwhile and has no power afterwards (on a local chain it proposes to the
 * timelock).
 *
 * @throws UnsafeDeploymentError, UncontributedKeyError, VerifierKeyMismatchError before anything is sent
 */
export async function deployGristmill(parameters: DeployParameters): Promise<Deployment> {
  const { walletClient, publicClient, config, onDeployed } = parameters;
  const deployer = walletClient.account.address;
  const chainId = await publicClient.getChainId();
  const network = networkOf(config, chainId);
  const groth16 = readArtifact("verify/UsageBatchVerifier.sol", "UsageBatchVerifier");
  const verificationKeys = [await checkVerifyingKey(config.verifyingKeyPath, groth16.bytecode, publicClient)];
  const verifierSources = [readFileSync(circuitArtifacts("usage").files.solidity, "utf8")];
  for (const { circuit, source, name } of rollupVerifiers) {
    const keyPath = join(KEYS_DIR, `${circuit}.json`);
    verificationKeys.push(await checkVerifyingKey(keyPath, readArtifact(source, name).bytecode, publicClient));
    verifierSources.push(readFileSync(circuitArtifacts(circuit).files.solidity, "utf8"));
  }
  const governance = config.governance ?? (network.isPublic ? zeroAddress : deployer);
  checkNetwork(network, {
    verifierSource: verifierSources.join("\n"),
    verificationKeys,
    governance,
    governanceCode: await publicClient.getCode({ address: governance }),
    deployer,
    tokens: await Promise.all((network.tokens ?? []).map((address) => tokenAt(publicClient, address))),
  });

  const blockNumber = await publicClient.getBlockNumber();
  const firstNonce = await publicClient.getTransactionCount({ address: deployer, blockTag: "pending" });
  const plan = planOf({ network, governance, feeRecipients: config.feeRecipients ?? [] });
  const addresses = Object.fromEntries(
    plan.map(({ key }, index) => [key, getContractAddress({ from: deployer, nonce: BigInt(firstNonce + index) })]),
  ) as Record<ContractKey, Address>;
  const [token] = network.tokens ?? [addresses.token];
  addresses.token = token;

  for (const [index, { key, source, name, args }] of plan.entries()) {
    const { abi, bytecode } = readArtifact(source, name);
    const deployment = { abi, bytecode, args: args(addresses) };
    const nonce = firstNonce + index;
    const hash = await walletClient.deployContract({ ...deployment, nonce, chain: walletClient.chain ?? null });
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    const { contractAddress } = receipt;
    if (receipt.status !== "success" || !contractAddress || !isAddressEqual(contractAddress, addresses[key]))
      throw new Error(`Deploying ${name} failed in transaction ${hash}`);
    const constructorArguments: Hex = `0x${encodeDeployData(deployment).slice(bytecode.length)}`;
    onDeployed?.({ name, source, address: contractAddress, constructorArguments });
  }

  return deploymentSchema.parse({
    chainId,
    contracts: addresses,
    blockNumber: Number(blockNumber),
    minGapSeconds: config.minGapSeconds,
    feeCeilingBps: config.feeCeilingBps,
  });
}

async function tokenAt(publicClient: PublicClient, address: Address) {
  const asked = publicClient.readContract({ address, abi: erc20Abi, functionName: "decimals" });
  return { address, decimals: await asked.catch(() => undefined) };
}

/** The network with what this deployment sets itself. */
function networkOf(config: DeployConfig, chainId: number): Network {
  const network = config.network ?? networks[chainId] ?? networks[31337];
  if (!network) throw new Error(`No network ${chainId}`);
  const minGap = BigInt(config.minGapSeconds);
  const tokens = config.tokens ?? network.tokens;
  return {
    ...network,
    ...(tokens && { tokens }),
    parameters: { ...network.parameters, minGap, feeCeilingBps: BigInt(config.feeCeilingBps) },
  };
}
