import { assetAbi } from "@gristmill/shared/abi/asset";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { type ProviderView, providerViewSchema } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { gpuClassHash, regionBytes } from "@gristmill/shared/job/requirements";
import { manifestGpuClass, manifestVramMiB } from "@gristmill/shared/manifest/manifest";
import { type Hash, parseEther } from "viem";
import { ServiceError } from "../services/serviceError.ts";
import { waitUntil } from "../services/waitUntil.ts";
import type { ChainClient } from "./chainClient.ts";

type Node = ProviderView["nodes"][number];

/** One transaction of the ledger. */
export interface SentTransaction {
  verb: string;
  txHash: Hash;
}

/** Attestation of a self-measured asset, seconds: the owner renews it. */
const ATTESTATION_SECONDS = 30n * 86_400n;

async function providerView(market: Market, provider: string): Promise<ProviderView> {
  const response = await fetch(`${market.schedulerUrl}/v1/providers/${provider}`, {
    signal: AbortSignal.timeout(10_000),
  });
  return providerViewSchema.parse(await response.json());
}

/** Waits until the node of that name has said hello to the scheduler. */
async function nodeNamed(market: Market, provider: string, name: string): Promise<Node> {
  let found: Node | undefined;
  const ready = await waitUntil(
    async () => {
      const view = await providerView(market, provider);
      found = view.nodes.find((node) => node.manifest.name === name && node.online);
      return found !== undefined;
    },
    { timeoutMs: 90_000, intervalMs: 250 },
  );
  if (!ready || !found) {
    throw new ServiceError(
      `node ${name}`,
      "did not reach the scheduler within 90 s",
      `See .mill/logs/node-${name}.log`,
    );
  }
  return found;
}

/**
 * What a provider does once for a machine: accept it, turn it into an asset, list it. Skips what the chain has already.
 * @param pricePerSecond atomic units
 * @returns the asset's id and the transactions sent
 */
export async function bringToMarket(
  chain: ChainClient,
  market: Market,
  name: string,
  pricePerSecond: bigint,
): Promise<{ assetId: string; node: Node; transactions: SentTransaction[] }> {
  const provider = chain.account.address;
  const node = await nodeNamed(market, provider, name);
  const transactions: SentTransaction[] = [];
  if (node.state === "waiting") {
    const txHash = await chain.write({
      address: market.contracts.registry,
      abi: registryAbi,
      functionName: "addNode",
      args: [node.node, BigInt(node.pairing.deadline), node.pairing.signature as `0x${string}`],
      value: parseEther("1"),
    });
    transactions.push({ verb: "addNode", txHash });
  }
  const { assetId, txHash } = await ensureAsset(chain, market, node);
  if (txHash) transactions.push({ verb: "mint", txHash });
  const listing = await chain.read({
    address: market.contracts.market,
    abi: marketplaceAbi,
    functionName: "listingOf",
    args: [BigInt(assetId)],
  });
  if (!listing.active) {
    const listed = await chain.write({
      address: market.contracts.market,
      abi: marketplaceAbi,
      functionName: "list",
      args: [
        BigInt(assetId),
        market.paymentToken.address,
        pricePerSecond,
        1,
        86_400,
        (await chain.time()) + ATTESTATION_SECONDS,
      ],
    });
    transactions.push({ verb: "list", txHash: listed });
  }
  return { assetId, node, transactions };
}

async function ensureAsset(
  chain: ChainClient,
  market: Market,
  node: Node,
): Promise<{ assetId: string; txHash?: Hash }> {
  if (node.assetId !== null) return { assetId: node.assetId };
  const { manifest } = node;
  const txHash = await chain.write({
    address: market.contracts.asset,
    abi: assetAbi,
    functionName: "mint",
    args: [
      {
        node: node.node,
        manifest: node.manifestHash,
        gpuClass: gpuClassHash(manifestGpuClass(manifest)),
        gpuCount: manifest.gpus.length,
        memoryBytes: BigInt(manifestVramMiB(manifest)) * 1_048_576n,
        region: regionBytes(manifest.region),
        attestedUntil: (await chain.time()) + ATTESTATION_SECONDS,
      },
    ],
  });
  const minted = await chain.events({ abi: assetAbi, eventName: "AssetMinted", txHash });
  const assetId = minted[0]?.args.assetId;
  if (assetId === undefined)
    throw new ServiceError("mint", "left no AssetMinted event", `Look at transaction ${txHash}`);
  return { assetId: assetId.toString(), txHash };
}
