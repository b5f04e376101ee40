import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { arbitersAbi } from "@gristmill/shared/abi/arbiters";
import { assetAbi } from "@gristmill/shared/abi/asset";
import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { courtAbi } from "@gristmill/shared/abi/court";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { inferenceVerifierAbi } from "@gristmill/shared/abi/inferenceVerifier";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { modelsAbi } from "@gristmill/shared/abi/models";
import { parametersAbi } from "@gristmill/shared/abi/parameters";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { reputationAbi } from "@gristmill/shared/abi/reputation";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { timelockAbi } from "@gristmill/shared/abi/timelock";
import { verifierAbi } from "@gristmill/shared/abi/verifier";
import hre from "hardhat";
import {
  type Abi,
  type AccessList,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  custom,
  getAddress,
  type Hex,
  parseEventLogs,
} from "viem";
import { hardhat } from "viem/chains";
import { deployGristmill } from "../../deploy/deploy.ts";
import { accounts, type TestAccount } from "./accounts.ts";

const abis = {
  token: testDollarAbi,
  escrow: escrowAbi,
  market: marketplaceAbi,
  asset: assetAbi,
  registry: registryAbi,
  verifier: verifierAbi,
  parameters: parametersAbi,
  timelock: timelockAbi,
  reputation: reputationAbi,
  attestations: attestationsAbi,
  arbiters: arbitersAbi,
  court: courtAbi,
  models: modelsAbi,
  inferenceVerifier: inferenceVerifierAbi,
} as const;
export type ContractName = keyof typeof abis;

/** One mined call: its gas, and the events of all our contracts by name, in order. */
export interface Sent {
  hash: Hex;
  gasUsed: bigint;
  events: { eventName: string; args: Record<string, unknown> }[];
}

/** What a transaction carries besides its call. */
export interface SendOptions {
  value?: bigint;
  gas?: bigint;
  accessList?: AccessList;
}

/** A fresh in-process chain with the market deployed by the one deploy function. */
export async function createChain() {
  const { provider } = await hre.network.create();
  const transport = custom(provider, { retryCount: 0 });
  const publicClient = createPublicClient({ chain: hardhat, transport, cacheTime: 0, pollingInterval: 5 });
  const testClient = createTestClient({ chain: hardhat, transport, mode: "hardhat" });
  const deployment = await deployGristmill({
    walletClient: createWalletClient({ account: accounts.deployer, chain: hardhat, transport }),
    publicClient,
    config: { minGapSeconds: 3600, feeCeilingBps: 1000, verifyingKeyPath: usageProverArtifacts().verificationKey },
  });
  const at = deployment.contracts as Record<
    ContractName | "groth16Verifier" | "rollup26Verifier" | "rollup52Verifier",
    Address
  >;

  /** Sends a transaction and waits for it; a revert rejects with viem's decoded error. */
  async function sendTo(
    from: TestAccount,
    address: Address,
    abi: Abi,
    functionName: string,
    args: readonly unknown[],
    options: SendOptions = {},
  ): Promise<Sent> {
    const wallet = createWalletClient({ account: from, chain: hardhat, transport });
    const hash = await wallet.writeContract({ address, abi, functionName, args, ...options });
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${functionName} reverted in ${hash}`);
    const events = parseEventLogs({ abi: Object.values(abis).flat() as Abi, logs: receipt.logs });
    return { hash, gasUsed: receipt.gasUsed, events: events as unknown as Sent["events"] };
  }

  const send = (
    from: TestAccount,
    name: ContractName,
    functionName: string,
    args: readonly unknown[],
    options?: SendOptions,
  ) => sendTo(from, at[name], abis[name] as Abi, functionName, args, options);

  async function read<T>(name: ContractName, functionName: string, args: readonly unknown[] = []): Promise<T> {
    return (await publicClient.readContract({ address: at[name], abi: abis[name] as Abi, functionName, args })) as T;
  }

  const now = async () => Number((await publicClient.getBlock()).timestamp);

  return {
    provider,
    publicClient,
    testClient,
    at,
    send,
    sendTo,
    read,
    now,
    /** The next block has exactly this time (unix seconds). */
    nextBlockAt: (timestamp: number) => testClient.setNextBlockTimestamp({ timestamp: BigInt(timestamp) }),
    /** Mines a block at this time. */
    async warpTo(timestamp: number) {
      await testClient.setNextBlockTimestamp({ timestamp: BigInt(timestamp) });
      await testClient.mine({ blocks: 1 });
    },
    async deployMock(contractName: string, args: readonly unknown[] = []): Promise<{ address: Address; abi: Abi }> {
      const { abi, bytecode } = (await hre.artifacts.readArtifact(contractName)) as unknown as {
        abi: Abi;
        bytecode: Hex;
      };
      const wallet = createWalletClient({ account: accounts.deployer, chain: hardhat, transport });
      const hash = await wallet.deployContract({ abi, bytecode, args });
      const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
      if (!contractAddress) throw new Error(`${contractName} was not deployed`);
      return { address: getAddress(contractAddress), abi };
    },
    /** Puts another contract's code at an address, storage untouched. */
    async replaceCode(address: Address, contractName: string) {
      const { deployedBytecode } = await hre.artifacts.readArtifact(contractName);
      await testClient.setCode({ address, bytecode: deployedBytecode as Hex });
    },
  };
}
export type TestChain = Awaited<ReturnType<typeof createChain>>;
