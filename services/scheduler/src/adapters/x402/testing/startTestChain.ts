import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { deployGristmill } from "@gristmill/contracts/deploy/deploy.ts";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { DEV_MNEMONIC, startChain } from "@gristmill/tools/services/chain";
import { type Address, createPublicClient, createTestClient, createWalletClient, http, publicActions } from "viem";
import { mnemonicToAccount, nonceManager } from "viem/accounts";
import { foundry } from "viem/chains";

/** A fresh anvil with the market's contracts: where x402 payments land. */
export async function startTestChain() {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-x402-"));
  const chain = await startChain({ millDir: folder, env: {} });
  const transport = http(chain.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const testClient = createTestClient({ chain: foundry, transport, mode: "anvil" }).extend(publicActions);
  const scheduler = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 1, nonceManager });
  const walletClient = createWalletClient({ account: scheduler, chain: foundry, transport });

  // Another account deploys: the scheduler's nonces are counted by its nonce manager.
  const deployer = createWalletClient({ account: mnemonicToAccount(DEV_MNEMONIC), chain: foundry, transport });
  const config = { minGapSeconds: 3600, feeCeilingBps: 1000, verifyingKeyPath: usageProverArtifacts().verificationKey };
  const { contracts } = await deployGristmill({ walletClient: deployer, publicClient, config });
  const { token, escrow } = contracts;
  const vaultInitCodeHash = await publicClient.readContract({
    address: escrow,
    abi: escrowAbi,
    functionName: "vaultInitCodeHash",
  });

  return {
    rpcUrl: chain.rpcUrl,
    publicClient,
    testClient,
    walletClient,
    token,
    escrow,
    vaultInitCodeHash,
    async mint(to: Address, amount: bigint): Promise<void> {
      const args = [to, amount] as const;
      const hash = await walletClient.writeContract({ address: token, abi: testDollarAbi, functionName: "mint", args });
      await publicClient.waitForTransactionReceipt({ hash });
    },
    balanceOf: (account: Address) =>
      publicClient.readContract({ address: token, abi: testDollarAbi, functionName: "balanceOf", args: [account] }),
    async stop(): Promise<void> {
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
