import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { deployGristmill } from "@gristmill/contracts/deploy/deploy.ts";
import { registerModel } from "@gristmill/contracts/deploy/registerModel.ts";
import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import { gpuClassHash, packRequirements, regionBytes, requirementsSchema } from "@gristmill/shared/job/requirements";
import { jobIdOf, type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Workload, workloadHash } from "@gristmill/shared/job/workload";
import { type Manifest, manifestGpuClass, manifestHash, manifestVramMiB } from "@gristmill/shared/manifest/manifest";
import { anvilProgram } from "@gristmill/tools/services/chain";
import {
  type Abi,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  keccak256,
  parseEventLogs,
  stringToHex,
} from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { anvil } from "viem/chains";

const account = (addressIndex: number) =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
export const accounts = {
  ...{ deployer: account(0), scheduler: account(1), provider: account(2), buyer: account(3), feeRecipient: account(4) },
};

export const PRICE = 420n;
const FEE_BPS = 250;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** A chain with the market's contracts, and what provider, buyer and scheduler do on it. */
export async function testMarket() {
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const child = spawn(anvilProgram(), ["--host", "127.0.0.1", "--port", String(port), "--quiet"], { stdio: "ignore" });
  const transport = http(rpcUrl);
  const client = createPublicClient({ chain: anvil, transport, pollingInterval: 50, cacheTime: 0 });
  for (let tries = 0; ; tries++) {
    if (
      await client.getChainId().then(
        () => true,
        () => false,
      )
    )
      break;
    if (tries > 200) throw new Error("anvil did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const walletClient = createWalletClient({ account: accounts.deployer, chain: anvil, transport });
  const { contracts } = await deployGristmill({
    ...{ walletClient, publicClient: client as never },
    config: { minGapSeconds: 3600, feeCeilingBps: 1000, verifyingKeyPath: usageProverArtifacts().verificationKey },
  });

  const send = async (
    from: HDAccount,
    address: Hex,
    abi: Abi,
    functionName: string,
    args: readonly unknown[],
    value = 0n,
  ) => {
    const wallet = createWalletClient({ account: from, chain: anvil, transport });
    const { request } = await client.simulateContract({ account: from, address, abi, functionName, args, value });
    const receipt = await client.waitForTransactionReceipt({ hash: await wallet.writeContract(request as never) });
    if (receipt.status !== "success") throw new Error(`${functionName} reverted`);
    return receipt;
  };
  const now = async () => Number((await client.getBlock()).timestamp);

  return {
    rpcUrl,
    client,
    contracts,
    send,
    stop: () => child.kill("SIGKILL"),
    market: (schedulerUrl: string): Market =>
      marketSchema.parse({
        ...{ network: "eip155:31337", chainId: 31_337, rpcUrl, schedulerUrl, webUrl: "http://127.0.0.1:1", contracts },
        paymentToken: { address: contracts.token, name: "Test Dollar", version: "1", symbol: "tUSD", decimals: 6 },
        ...{ scheduler: accounts.scheduler.address, notary: accounts.scheduler.address, feeBps: FEE_BPS },
        ...{ feeRecipient: accounts.feeRecipient.address, windowSeconds: 3600 },
      }),
    /** What the provider does: accept the node, mint, list. */
    async list(manifest: Manifest, pairing: { deadline: number; signature: Hex }): Promise<bigint> {
      const { provider } = accounts;
      const args = [manifest.node, BigInt(pairing.deadline), pairing.signature];
      await send(provider, contracts.registry, registryAbi as Abi, "addNode", args, 10n ** 18n);
      const until = BigInt((await now()) + 20 * 86_400);
      const capability = {
        ...{
          node: manifest.node,
          manifest: manifestHash(manifest),
          gpuClass: gpuClassHash(manifestGpuClass(manifest)),
        },
        ...{ gpuCount: manifest.gpus.length, memoryBytes: BigInt(manifestVramMiB(manifest)) * 1_048_576n },
        ...{ region: regionBytes(manifest.region), attestedUntil: until },
      };
      const minted = await send(provider, contracts.asset, assetAbi as Abi, "mint", [capability]);
      const [event] = parseEventLogs({ abi: assetAbi, eventName: "AssetMinted", logs: minted.logs });
      const assetId = event?.args.assetId ?? 0n;
      const listing = [assetId, contracts.token, PRICE, 1, 86_400, until];
      await send(provider, contracts.market, marketplaceAbi as Abi, "list", listing);
      return assetId;
    },
    /** What the buyer and the scheduler do: fund a job with an authorization, assign it. */
    async order(
      assetId: bigint,
      workload: Workload,
      leaseSeconds = workload.maxSeconds,
    ): Promise<{ terms: Terms; leaseId: LeaseId }> {
      const leaseEnd = (await now()) + 7 * 3600;
      const compute = PRICE * BigInt(leaseSeconds);
      const terms: Terms = {
        ...{ buyer: accounts.buyer.address, refundTo: accounts.buyer.address, token: contracts.token },
        salt: keccak256(stringToHex(`${Date.now()}:${Math.random()}`)),
        ...{ cap: compute + (compute * BigInt(FEE_BPS)) / 10_000n, pricePerSecondCap: PRICE },
        ...{ workload: workloadHash(workload), requirements: packRequirements(requirementsSchema.parse({})) },
        // A job that a proven answer pays has no notary: the market itself stands there.
        notary: workload.inference === undefined ? accounts.scheduler.address : contracts.market,
        ...{ scheduler: accounts.scheduler.address, maxLeases: 3 },
        ...{ feeBps: FEE_BPS, feeRecipient: accounts.feeRecipient.address, leaseEnd },
        ...{ captureDeadline: leaseEnd + 3600, claimDeadline: leaseEnd + 7200, reclaimAt: leaseEnd + 10_800 },
      };
      const jobId = jobIdOf(terms, contracts.escrow, 31_337);
      await send(accounts.deployer, contracts.token, testDollarAbi as Abi, "mint", [accounts.buyer.address, terms.cap]);
      const message = {
        ...{ from: accounts.buyer.address, to: contracts.escrow, value: terms.cap, validAfter: 0n },
        ...{ validBefore: BigInt(leaseEnd), nonce: jobId as Hex },
      };
      const signature = await accounts.buyer.signTypedData({
        domain: { name: "Test Dollar", version: "1", chainId: 31_337, verifyingContract: contracts.token },
        types: {
          ReceiveWithAuthorization: [
            { name: "from", type: "address" },
            { name: "to", type: "address" },
            { name: "value", type: "uint256" },
            { name: "validAfter", type: "uint256" },
            { name: "validBefore", type: "uint256" },
            { name: "nonce", type: "bytes32" },
          ],
        },
        ...{ primaryType: "ReceiveWithAuthorization" as const, message },
      });
      const deposit = [termsForChain(terms), 0n, BigInt(leaseEnd), signature];
      await send(accounts.deployer, contracts.escrow, escrowAbi as Abi, "depositWithAuthorization", deposit);
      const listing = await client.readContract({
        ...marketAt(contracts.market),
        functionName: "listingOf",
        args: [assetId],
      });
      const assignment = [termsForChain(terms), assetId, listing.version, leaseSeconds];
      const assigned = await send(accounts.scheduler, contracts.market, marketplaceAbi as Abi, "assign", assignment);
      const [event] = parseEventLogs({ abi: marketplaceAbi, eventName: "LeaseAssigned", logs: assigned.logs });
      return { terms, leaseId: event?.args.leaseId as LeaseId };
    },
    /** Deploys the public digit classifier's verifier and registers the model. */
    async registerDigits(): Promise<Hex> {
      if (contracts.models === undefined) throw new Error("the deployment has no model registry");
      const { modelId } = await registerModel({
        ...{ walletClient, publicClient: client as never, models: contracts.models },
        ...{ circuit: "publicDigits", file: "digits.json", metadata: "digits" },
      });
      return modelId;
    },
    /** What a failed or late answer gives back; anybody calls it. */
    refundInference: (terms: Terms, leaseId: Hex) =>
      send(accounts.deployer, contracts.market, marketplaceAbi as Abi, "refundInference", [
        termsForChain(terms),
        leaseId,
      ]),
    balance: (account: Hex) =>
      client.readContract({
        ...{ address: contracts.escrow, abi: escrowAbi, functionName: "balanceOf" as const },
        args: [account, contracts.token],
      }),
    tokens: (account: Hex) =>
      client.readContract({
        ...{ address: contracts.token, abi: testDollarAbi, functionName: "balanceOf" as const, args: [account] },
      }),
    lease: (leaseId: Hex) =>
      client.readContract({ ...marketAt(contracts.market), functionName: "leaseOf", args: [leaseId] }),
    job: (terms: Terms) =>
      client.readContract({
        ...{ address: contracts.escrow, abi: escrowAbi, functionName: "jobOf" as const },
        args: [jobIdOf(terms, contracts.escrow, 31_337)],
      }),
  };
}
export type TestMarket = Awaited<ReturnType<typeof testMarket>>;

const marketAt = (address: Hex) => ({ address, abi: marketplaceAbi }) as const;
