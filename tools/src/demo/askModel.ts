import { assetAbi } from "@gristmill/shared/abi/asset";
import { quoteSchema } from "@gristmill/shared/api/quote";
import { searchResultSchema } from "@gristmill/shared/api/search";
import type { Template } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { type Reader, readersOf, sealedWorkload } from "@gristmill/shared/inference/sealedWorkload";
import type { LocalAccount } from "viem";
import type { ChainClient } from "../market/chainClient.ts";
import { answerOf, checkQuote, pay } from "./purchase.ts";

/**
 * Orders a proven answer with the unmodified x402 client: finds who has the model, seals the input for them, stores it, asks the
 * price, pays.
 */
export async function askModel(
  market: Market,
  chain: ChainClient,
  buyer: LocalAccount,
  template: Template,
  values: ArrayLike<number>,
) {
  const { inference } = template;
  if (!inference) throw new Error(`template ${template.id} asks no model`);
  const listed = await fetch(`${market.schedulerUrl}/v1/assets?limit=200`, { signal: AbortSignal.timeout(20_000) });
  const { items } = searchResultSchema.parse(await answerOf(listed));
  const readers = readersOf(items, inference.modelCommitment);
  if (readers.length === 0) throw new Error(`no machine of this market has the model of ${template.id}`);
  await Promise.all(readers.map((reader) => checkReader(market, chain, reader)));
  const { workload, bytes, salt } = await sealedWorkload({
    ...{ template: { ...template, inference }, values, readers },
    ...{ chainId: market.chainId, market: market.contracts.market },
  });
  const stored = await fetch(`${market.schedulerUrl}/v1/artifacts`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
    signal: AbortSignal.timeout(20_000),
  });
  artifactSchema.parse(await answerOf(stored));
  const quoted = await fetch(`${market.schedulerUrl}/v1/quotes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ buyer: buyer.address, workload }),
    signal: AbortSignal.timeout(20_000),
  });
  const quote = quoteSchema.parse(await answerOf(quoted));
  await checkQuote(market, quote, chain);
  return { ...(await pay(market, buyer, quote)), quote, readers, bytes, salt };
}

/** The chain's word that a key is the node's: the asset's commit is the hash of the manifest that the key stands in. */
async function checkReader(market: Market, chain: ChainClient, { assetId, name, manifestHash }: Reader): Promise<void> {
  const commit = await chain.read({
    address: market.contracts.asset,
    abi: assetAbi,
    functionName: "commitByTokenId",
    args: [BigInt(assetId)],
  });
  if (commit !== manifestHash) throw new Error(`the key of ${name} is not the one that its asset commits to`);
}
