import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { Market } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { vaultOf } from "@gristmill/shared/job/vaultOf";
import { createPublicClient, defineChain, http } from "viem";

/**
 * Connects to the market's chain and reads what never changes there.
 * @throws BaseError `wrong_chain` when the RPC address is another chain's
 */
export async function openMarketChain({ chainId, network, contracts }: Market, rpcUrl: string) {
  const chain = defineChain({
    id: chainId,
    name: network,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl, { retryCount: 2 });
  const publicClient = createPublicClient({ chain, transport, pollingInterval: 250 });
  const actual = await publicClient.getChainId();
  if (actual !== chainId) {
    throw new BaseError("wrong_chain", `RPC_URL is chain ${actual}, the market is on ${chainId}`);
  }
  const [startWindow, vaultInitCodeHash] = await Promise.all([
    publicClient.readContract({ address: contracts.market, abi: marketplaceAbi, functionName: "startWindow" }),
    publicClient.readContract({ address: contracts.escrow, abi: escrowAbi, functionName: "vaultInitCodeHash" }),
  ]);
  return {
    chain,
    transport,
    publicClient,
    /** Seconds that a node has to start a lease. */
    startWindow: Number(startWindow),
    /** Address that commits to a job's terms. */
    vaultOf: (jobId: JobId) => vaultOf(jobId, contracts.escrow, vaultInitCodeHash),
  };
}
