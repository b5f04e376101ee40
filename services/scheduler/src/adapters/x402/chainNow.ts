import type { PublicClient } from "viem";

/**
 * The chain's clock, unix seconds: the time the next block would have. The newest block's own time is no clock on a chain
 * that mines on demand, where it may be hours old.
 */
export async function chainNow(publicClient: PublicClient): Promise<number> {
  const [latest, pending] = await Promise.all([
    publicClient.getBlock(),
    // Some nodes have no pending block.
    publicClient.getBlock({ blockTag: "pending" }).catch(() => undefined),
  ]);
  return Number(pending && pending.timestamp > latest.timestamp ? pending.timestamp : latest.timestamp);
}
