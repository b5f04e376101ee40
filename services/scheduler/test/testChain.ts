import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { circuitArtifacts } from "@gristmill/circuits/scripts/setup/artifacts";
import { deployGristmill } from "@gristmill/contracts/deploy/deploy.ts";
import { readArtifact } from "@gristmill/contracts/deploy/readArtifact.ts";
import type { Deployment } from "@gristmill/shared/chain/deployment";
import { DEV_MNEMONIC, startChain } from "@gristmill/tools/services/chain";
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  getContractAddress,
  type Hex,
  http,
  type LocalAccount,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

export const account = (addressIndex: number) => mnemonicToAccount(DEV_MNEMONIC, { addressIndex });

/** A chain with the market on it. Usage proofs are not checked: the node in these tests makes none. */
export async function testChain() {
  const millDir = mkdtempSync(join(tmpdir(), "gristmill-chain-"));
  const chain = await startChain({ millDir, fresh: true, env: {} });
  const transport = http(chain.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const testClient = createTestClient({ chain: foundry, mode: "anvil", transport });
  const walletOf = (signer: LocalAccount) => createWalletClient({ account: signer, chain: foundry, transport });
  const deployment: Deployment = await deployGristmill({
    walletClient: walletOf(account(0)),
    publicClient: publicClient as never,
    config: {
      minGapSeconds: 3600,
      feeCeilingBps: 1000,
      verifyingKeyPath: circuitArtifacts("usage").files.verificationKey,
    },
  });
  await acceptEveryProof(deployment.contracts.groth16Verifier);

  async function acceptEveryProof(address: Hex): Promise<void> {
    const { abi, bytecode } = readArtifact("mocks/AcceptingVerifier.sol", "AcceptingVerifier");
    const deployer = account(0).address;
    const nonce = await publicClient.getTransactionCount({ address: deployer });
    const hash = await walletOf(account(0)).deployContract({ abi, bytecode });
    await publicClient.waitForTransactionReceipt({ hash });
    const code = await publicClient.getCode({ address: getContractAddress({ from: deployer, nonce: BigInt(nonce) }) });
    await testClient.setCode({ address, bytecode: code ?? "0x" });
  }

  return {
    rpcUrl: chain.rpcUrl,
    publicClient,
    testClient,
    walletOf,
    deployment,
    async stop() {
      await chain.stop();
      rmSync(millDir, { recursive: true, force: true });
    },
  };
}

export type TestChain = Awaited<ReturnType<typeof testChain>>;
