import type { AssetView } from "@gristmill/shared/api/views";
import { totalOf } from "../placement/totalOf.ts";
import { leaseSeconds } from "./leaseSeconds.ts";

/** An asset chosen for one shard of a job, and for how long. */
export interface Member {
  assetId: string;
  listingVersion: number;
  maxSeconds: number;
}

/**
 * How long each of these assets is leased for out of what is left.
 * @param money.left atomic units that are neither reserved nor spent
 * @returns undefined when there is not enough for all of them
 */
export function membersOf(
  assets: readonly AssetView[],
  money: { left: bigint; feeBps: number; maxSeconds: number; isFirst: boolean },
): [Member, ...Member[]] | undefined {
  const members: Member[] = [];
  let { left } = money;
  for (const { assetId, listing } of assets) {
    if (listing === null) return undefined;
    const { pricePerSecond, minSeconds, version } = listing;
    const maxSeconds = leaseSeconds({ ...money, left, pricePerSecond, minSeconds });
    if (maxSeconds === undefined) return undefined;
    left -= totalOf(pricePerSecond, maxSeconds, money.feeBps);
    members.push({ assetId, listingVersion: version, maxSeconds });
  }
  const [first, ...rest] = members;
  return first === undefined ? undefined : [first, ...rest];
}
