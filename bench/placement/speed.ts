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

/** Decisions a second, each with its lease and the end of an older one, beside re-implementations of the peers' algorithms. */
export function benchSpeed(): Row[] {
  const assets = randomAssets(ASSETS, 1);
  const placers = [naive(assets), nomadStyle(assets), kubeStyle(assets), indexed(assets)];
  const measured = placers.map(measure);
  const [baseline] = measured;
  const dear = measured.at(-1)?.price ?? 1;
  return measured.map(({ name, perSecond, p50, p99, price }) => ({
    what: `${name}: decisions/s (p50, p99; mean price of what it chose)`,
    value: `${Math.round(perSecond).toLocaleString("en-US")} (${p50.toFixed(1)} µs, ${p99.toFixed(1)} µs; ${(price / dear).toFixed(2)} x)`,
    ratio: `${(perSecond / (baseline?.perSecond ?? 1)).toFixed(1)} x`,
  }));
}

function indexed(assets: readonly AssetView[]): Placer {
  const index = createPlacementIndex();
  for (const asset of assets) index.put(asset);
  return { name: "Gristmill's index", choose: index.choose, take: index.take, give: index.give };
}

function measure(placer: Placer) {
  // Compiled code, not its compilation, is measured.
  play(placer, RUN_MS / 4, false);
  const { decisions, ms, price } = play(placer, RUN_MS, false);
  const { times } = play(placer, RUN_MS / 2, true);
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0) * 1000;
  return { name: placer.name, perSecond: (decisions * 1000) / ms, p50: at(0.5), p99: at(0.99), price };
}

function play(placer: Placer, runMs: number, timed: boolean) {
  const demands = randomDemands(4_096, 2);
  const leases: string[] = [];
  const times: number[] = [];
  let [oldest, decisions, paid, placed] = [0, 0, 0, 0];
  const start = performance.now();
  let now = start;
  while (now - start < runMs) {
    for (let turn = 0; turn < 16; turn++) {
      const demand = demands[decisions++ & 4_095];
      if (demand === undefined) continue;
      const began = timed ? performance.now() : 0;
      const asset = placer.choose(demand);
      if (asset !== undefined) {
        placer.take(asset.assetId);
        leases.push(asset.assetId);
        paid += Number(asset.listing?.pricePerSecond ?? 0n);
        placed++;
      }
      if (leases.length - oldest > LEASED) placer.give(leases[oldest++] ?? "");
      if (timed) times.push(performance.now() - began);
    }
    now = performance.now();
  }
  while (oldest < leases.length) placer.give(leases[oldest++] ?? "");
  return { decisions, ms: now - start, times, price: paid / placed };
}
