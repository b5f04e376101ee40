import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArtifact } from "@gristmill/contracts/deploy/readArtifact.ts";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { DEV_MNEMONIC, startChain } from "@gristmill/tools/services/chain";
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  publicActions,
} from "viem";
import { mnemonicToAccount, nonceManager } from "viem/accounts";
import { foundry } from "viem/chains";

/** A fresh anvil with the payment token and the escrow, no market behind it: where x402 payments land. */
export async function startTestChain() {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-x402-"));
  const chain = await startChain({ millDir: folder, env: {} });
  const transport = http(chain.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const testClient = createTestClient({ chain: foundry, transport, mode: "anvil" }).extend(publicActions);
  const scheduler = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 1, nonceManager });
  const walletClient = createWalletClient({ account: scheduler, chain: foundry, transport });

  const deploy = async (abi: Abi, bytecode: Hex, args: unknown[]): Promise<Address> => {
    const hash = await walletClient.deployContract({ abi, bytecode, args });
    const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`nothing was deployed in ${hash}`);
    return contractAddress;
  };
  const dollar = readArtifact("token/TestDollar.sol", "TestDollar");
  const token = await deploy(dollar.abi, dollar.bytecode, []);
  const vaults = readArtifact("escrow/JobEscrow.sol", "JobEscrow");
  const escrow = await deploy(vaults.abi, vaults.bytecode, [scheduler.address, [token], 1000n, 3600n]);
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
