import { createPlacementIndex } from "@gristmill/scheduler/src/domain/placement/index/createPlacementIndex.ts";
import type { AssetView } from "@gristmill/shared/api/views";
import type { Row } from "../row.ts";
import { randomAssets, randomDemands } from "./market.ts";
import { kubeStyle, naive, nomadStyle } from "./peers.ts";
import type { Placer } from "./placer.ts";

const ASSETS = 10_000;
/** Leases alive at a time: each decision past it ends the oldest lease. */
const LEASED = 5_000;
const RUN_MS = 2_000;

/** Decisions of which each placer makes the same, to fill the market and to compare what it pays. */
const FILLED = 8_000;

/**
 * Decisions a second of processor time, each with its lease and the end of an older one, in a market that is half leased,
 * beside re-implementations of the peers' algorithms. The percentiles are of time that passed: on a busy machine the last one
 * is the machine's.
 */
export function benchSpeed(): Row[] {
  const assets = randomAssets(ASSETS, 1);
  const placers = [naive(assets), nomadStyle(assets), kubeStyle(assets), indexed(assets)];
  const measured = placers.map(measure);
  const [baseline] = measured;
  return measured.map(({ name, perSecond, p50, p99, price }) => ({
    what: `${name}: decisions per processor second (p50, p99; price of what it chose)`,
    value: `${Math.round(perSecond).toLocaleString("en-US")} (${p50.toFixed(1)} µs, ${p99.toFixed(1)} µs; ${(price / (baseline?.price ?? 1)).toFixed(2)} x)`,
    ratio: `${(perSecond / (baseline?.perSecond ?? 1)).toFixed(1)} x`,
  }));
}

function indexed(assets: readonly AssetView[]): Placer {
  const index = createPlacementIndex();
  for (const asset of assets) index.put(asset);
  return { name: "Gristmill's index", choose: index.choose, take: index.take, give: index.give };
}

function measure(placer: Placer) {
  const demands = randomDemands(4_096, 2);
  const leases: string[] = [];
  let [oldest, turn, paid, placed] = [0, 0, 0, 0];
  const decide = () => {
    const demand = demands[turn++ & 4_095];
    const asset = demand === undefined ? undefined : placer.choose(demand);
    if (asset !== undefined) {
      placer.take(asset.assetId);
      leases.push(asset.assetId);
      paid += Number(asset.listing?.pricePerSecond ?? 0n);
      placed++;
    }
    if (leases.length - oldest > LEASED) placer.give(leases[oldest++] ?? "");
  };
  // Also compiles the code: its run is measured, not its compilation.
  for (let decision = 0; decision < FILLED; decision++) decide();
  const price = paid / placed;

  const before = process.cpuUsage();
  const start = performance.now();
  const first = turn;
  while (performance.now() - start < RUN_MS) for (let some = 0; some < 16; some++) decide();
  const used = process.cpuUsage(before);
  const perSecond = ((turn - first) * 1e6) / (used.user + used.system);

  const times: number[] = [];
  for (const until = performance.now() + RUN_MS; performance.now() < until; ) {
    const began = performance.now();
    decide();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0) * 1000;
  return { name: placer.name, perSecond, p50: at(0.5), p99: at(0.99), price };
}
