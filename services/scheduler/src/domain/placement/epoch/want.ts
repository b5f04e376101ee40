import type { AssetView } from "@gristmill/shared/api/views";
import type { Demand } from "../placement.ts";

/** What no two assets of a gang may share. */
export type Apart = "nothing" | "node" | "provider";

/** A job that waits for assets. */
export interface Want {
  jobId: string;
  /** Whose job it is. */
  buyer: string;
  /** The most that the buyer pays for one asset, atomic units per second. */
  bid: bigint;
  demand: Demand;
  /** Assets that it needs at once, all or none. */
  size: number;
  /** What no two of them may share. */
  apart: Apart;
}

/** An asset that fits a want, and what it is worth to the market that the want gets it. */
export interface Option {
  asset: AssetView;
  worth: number;
}

/** Two assets that cannot be leased at the same time. */
export function conflict(left: AssetView, right: AssetView): boolean {
  return left.assetId === right.assetId || (left.node === right.node && (left.units & right.units) !== 0n);
}

/** Two assets that cannot both be of a gang. */
export function clash(left: AssetView, right: AssetView, apart: Apart): boolean {
  if (apart === "provider" && left.provider === right.provider) return true;
  if (apart === "node" && left.node === right.node) return true;
  return conflict(left, right);
}
