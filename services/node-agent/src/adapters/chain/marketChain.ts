import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { modelsAbi } from "@gristmill/shared/abi/models";
import { registryAbi } from "@gristmill/shared/abi/registry";
import type { Market } from "@gristmill/shared/chain/market";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { registryDomain, registryTypes } from "@gristmill/shared/chain/registryTypedData";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import { termsForChain } from "@gristmill/shared/job/terms";
import { endReasons, leaseStates } from "@gristmill/shared/lease/leaseState";
import {
  type AccessList,
  type Address,
  createPublicClient,
  createWalletClient,
  decodeFunctionResult,
  defineChain,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  formatEther,
  type Hex,
  http,
  isAddressEqual,
  recoverTypedDataAddress,
  verifyTypedData,
  zeroAddress,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import type { MarketChain } from "../../application/ports.ts";
import { captureCalls } from "./captureCalls.ts";
import { chainError } from "./contractErrors.ts";

const LOCAL_CHAIN_ID = 31_337;
const LOCAL_POLL_MS = 100;
const PUBLIC_POLL_MS = 2_000;
const READ_TIMEOUT_MS = 15_000;
/** Transactions kept affordable at once: room for a proof's capture. */
const GAS_PER_SEND = 900_000n;

/** The market's contracts through one RPC endpoint, with the node's key. Transactions go out one after the other. */
export function marketChain(market: Market, rpcUrl: string, account: PrivateKeyAccount) {
  const chain = defineChain({
    id: market.chainId,
    name: market.network,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl, { timeout: READ_TIMEOUT_MS, retryCount: 1 });
  const pollingInterval = market.chainId === LOCAL_CHAIN_ID ? LOCAL_POLL_MS : PUBLIC_POLL_MS;
  const client = createPublicClient({ chain, transport, pollingInterval, cacheTime: 0 });
  const wallet = createWalletClient({ chain, transport, account });
  const domain = marketDomain(market.chainId, market.contracts.market);
  const contract = { address: market.contracts.market, abi: marketplaceAbi } as const;

  const reading = async <T>(what: string, action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      throw chainError(what, error);
    }
  };

  // One transaction at a time: each takes its nonce when the one before is in a block.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(what: string, action: () => Promise<T>): Promise<T> => {
    const result = queue.then(() => reading(what, action));
    queue = result.catch(() => undefined);
    return result;
  };
  const ensureGas = async () => {
    const [balance, gasPrice] = await Promise.all([
      client.getBalance({ address: account.address }),
      client.getGasPrice(),
    ]);
    const needed = gasPrice * GAS_PER_SEND;
    if (balance >= needed) return;
    throw new BaseError(
      "chain_unavailable",
      `this node's key cannot pay for transactions: send ${formatEther(needed * 20n)} ${chain.nativeCurrency.symbol} or more ` +
        `to ${account.address} on ${market.network} (it has ${formatEther(balance)})`,
    );
  };
  const confirmed = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash, timeout: 180_000 });
    if (receipt.status !== "success") {
      throw new BaseError("transaction_reverted", `transaction ${hash} was refused in its block`);
    }
    return receipt;
  };

  /** Tries the call first, so that a refusal costs nothing and has a name. */
  const send = async (
    call: Pick<EncodeFunctionDataParameters<typeof marketplaceAbi>, "functionName" | "args">,
    accessList: AccessList = [],
  ) => {
    const data = encodeFunctionData({ abi: marketplaceAbi, ...call } as EncodeFunctionDataParameters<
      typeof marketplaceAbi
    >);
    const request = { account, to: market.contracts.market, data, ...(accessList.length > 0 && { accessList }) };
    // "pending": on a chain that mines on demand the newest block's time lies in the past, and seconds are bounded by it.
    await client.call({ ...request, blockTag: "pending" });
    await ensureGas();
    const gas = ((await client.estimateGas({ ...request, blockTag: "pending" })) * 12n) / 10n;
    return confirmed(await wallet.sendTransaction({ ...request, gas }));
  };

  const captures = captureCalls(market, account.address, client, send);

  const lease = (leaseId: LeaseId) =>
    reading("reading the lease", async () => {
      const [found, block] = await Promise.all([
        client.readContract({ ...contract, functionName: "leaseOf", args: [leaseId] }),
        client.getBlock(),
      ]);
      const chainTime = Number(block.timestamp);
      const state = leaseStates[found.state] ?? "none";
      const [job, assetNode] =
        state === "none"
          ? [{ deposited: 0n, reserved: 0n, closed: true }, zeroAddress]
          : await Promise.all([
              client.readContract({
                address: market.contracts.escrow,
                abi: escrowAbi,
                functionName: "jobOf",
                args: [found.jobId],
              }),
              client
                .readContract({
                  address: market.contracts.asset,
                  abi: assetAbi,
                  functionName: "capabilityOf",
                  args: [found.assetId],
                })
                .then((capability) => capability.node),
            ]);
      const { node, payee, pricePerSecond, reserved, maxSeconds, assetId, billedTo, sequence } = found;
      return {
        ...{
          state,
          node,
          payee,
          assetNode,
          pricePerSecond,
          reserved,
          maxSeconds,
          assetId,
          billedTo,
          sequence,
          chainTime,
        },
        jobId: found.jobId as JobId,
        job: { deposited: job.deposited, reserved: job.reserved, closed: job.closed },
        startedAt: Number(found.startedAt),
        endedAt: Number(found.endedAt),
        endsAt: Number(found.endsAt),
      };
    });

  const ports: MarketChain = {
    node: account.address,
    chainId: market.chainId,
    market: market.contracts.market,
    lease,
    chainTime: () => reading("reading the newest block", async () => Number((await client.getBlock()).timestamp)),
    providerOfNode: () =>
      reading("reading this node's provider", async () => {
        const provider = await client.readContract({
          ...{ address: market.contracts.registry, abi: registryAbi, functionName: "providerOf" as const },
          args: [account.address],
        });
        return isAddressEqual(provider, zeroAddress) ? undefined : provider;
      }),
    start: (leaseId) =>
      inTurn("starting the lease", async () => {
        const receipt = await send({ functionName: "start", args: [leaseId] });
        const block = await client.getBlock({ blockNumber: receipt.blockNumber });
        return { startedAt: Number(block.timestamp), txHash: receipt.transactionHash };
      }),
    end: (terms, leaseId, reason) =>
      inTurn("ending the lease", async () => {
        const args = [termsForChain(terms), leaseId, endReasons.indexOf(reason)] as const;
        return (await send({ functionName: "end", args })).transactionHash;
      }),
    waive: (terms, leaseId) =>
      inTurn("waiving", async () => {
        const args = [termsForChain(terms), leaseId] as const;
        return (await send({ functionName: "waive", args })).transactionHash;
      }),
    capture: (capture) => inTurn("capturing", () => captures.capture(capture)),
    captureBatch: (batch) => inTurn("capturing", () => captures.captureBatch(batch)),
    modelCommitment: (modelId) =>
      reading("reading the model", async () => {
        const { models } = market.contracts;
        if (models === undefined) throw new BaseError("workload_failed", "this market has no model registry");
        // A plain call: what it reverts with has a name then (see contractErrors).
        const request = { abi: modelsAbi, functionName: "checkOf", args: [modelId] } as const;
        const { data = "0x" } = await client.call({ to: models, data: encodeFunctionData(request) });
        return decodeFunctionResult({ ...request, data })[1];
      }),
    captureInference: ({ terms, leaseId, answer, proof }) =>
      inTurn("capturing the answer", async () => {
        // Sent already, before a crash: an answer is paid once.
        const before = await client.readContract({ ...contract, functionName: "leaseOf", args: [leaseId] });
        if (leaseStates[before.state] === "closed") return answerOf(leaseId);
        const args = [termsForChain(terms), leaseId, answer, proof] as const;
        return (await send({ functionName: "captureInference", args })).transactionHash;
      }),
    signReceipt: (message) => account.signTypedData({ domain, types: marketTypes, primaryType: "Receipt", message }),
    isNotarySignature: (notary, leaseId, tick, signature) =>
      reading("checking a countersignature", async () => {
        const { sequence, from, to, head } = tick;
        const typed = {
          domain,
          types: marketTypes,
          primaryType: "Tick" as const,
          message: { leaseId, sequence, from, to, head },
        };
        // A plain key needs no chain; a contract's word (EIP-1271) does.
        const signer = await recoverTypedDataAddress({ ...typed, signature }).catch(() => zeroAddress);
        return isAddressEqual(signer, notary) || client.verifyTypedData({ ...typed, address: notary, signature });
      }),
  };

  const fromBlock = BigInt(market.startBlock ?? 0);

  const answerOf = async (leaseId: LeaseId): Promise<Hex> => {
    const [event] = await client.getContractEvents({
      ...{ ...contract, eventName: "InferenceCaptured" as const, args: { leaseId }, fromBlock },
    });
    if (event === undefined) throw new BaseError("workload_failed", "the lease was closed without an answer");
    return event.transactionHash;
  };

  return {
    ...ports,
    /** EIP-712 `Handshake`: proves the node's key to a scheduler, for one connection. */
    signHandshake: (handshake: { scheduler: Address; schedulerKey: Hex; nodeKey: Hex; nonce: Hex }) =>
      account.signTypedData({
        domain,
        types: marketTypes,
        primaryType: "Handshake",
        message: { node: account.address, ...handshake },
      }),
    /** Whether the market's scheduler signed EIP-712 `Challenge` over this session key. */
    isSchedulerKey: (schedulerKey: Hex, signature: Hex) =>
      verifyTypedData({
        address: market.scheduler,
        domain,
        types: marketTypes,
        primaryType: "Challenge",
        message: { scheduler: market.scheduler, schedulerKey },
        signature,
      }).catch(() => false),
    /** EIP-712 `Pairing`: this node agrees to belong to `provider`. @param deadline unix seconds of the chain */
    signPairing: (provider: Address, deadline: number) =>
      account.signTypedData({
        domain: registryDomain(market.chainId, market.contracts.registry),
        ...{ types: registryTypes, primaryType: "Pairing" as const },
        message: { provider, node: account.address, deadline: BigInt(deadline) },
      }),
    /** The newest asset that lives on this node, and whether it is listed. */
    asset: () =>
      reading("looking for this node's asset", async () => {
        const minted = await client.getContractEvents({
          ...{ address: market.contracts.asset, abi: assetAbi, eventName: "AssetMinted" as const },
          ...{ args: { node: account.address }, fromBlock },
        });
        const newest = minted.at(-1)?.args;
        if (newest?.assetId === undefined) return undefined;
        const listing = await client.readContract({ ...contract, functionName: "listingOf", args: [newest.assetId] });
        return { assetId: newest.assetId, manifest: newest.manifest, listing };
      }),
    balance: () => reading("reading the balance", () => client.getBalance({ address: account.address })),
  };
}
