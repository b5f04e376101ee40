import { type Facts, factsOf } from "@gristmill/scheduler/src/domain/placement/facts.ts";
import { matcher } from "@gristmill/scheduler/src/domain/placement/matcher.ts";
import type { Demand } from "@gristmill/scheduler/src/domain/placement/placement.ts";
import type { AssetView } from "@gristmill/shared/api/views";
import type { Placer } from "./placer.ts";
import { seededRandom } from "./seededRandom.ts";

/** The peers' algorithms on the same assets and the same matcher; what they cannot see is price. */
function fleet(assets: readonly AssetView[]) {
  const rows = assets.map(factsOf);
  const free = new Uint8Array(rows.length).fill(1);
  const rowOf = new Map(rows.map((facts, row) => [facts.asset.assetId, row]));
  const set = (assetId: string, value: number) => {
    const row = rowOf.get(assetId);
    if (row !== undefined) free[row] = value;
  };
  return { rows, free, take: (assetId: string) => set(assetId, 0), give: (assetId: string) => set(assetId, 1) };
}

/** Looks at every asset for every job. */
export function naive(assets: readonly AssetView[]): Placer {
  const { rows, free, take, give } = fleet(assets);
  return {
    name: "full scan",
    take,
    give,
    choose(demand) {
      const fits = matcher(demand);
      let best: Facts | undefined;
      for (let row = 0; row < rows.length; row++) {
        const facts = rows[row];
        if (free[row] === 0 || facts === undefined || !fits(facts)) continue;
        if (best === undefined || facts.price < best.price || (facts.price === best.price && facts.id < best.id))
          best = facts;
      }
      return best?.asset;
    },
  };
}

/**
 * After HashiCorp Nomad's generic scheduler: ready nodes are listed and shuffled for each evaluation, feasibility is checked
 * until `limit` fit (2 for batch jobs, "the power of two choices"), and those are scored by bin packing (`ScoreFitBinPack`).
 */
export function nomadStyle(assets: readonly AssetView[], limit = 2): Placer {
  const { rows, free, take, give } = fleet(assets);
  const random = seededRandom(7);
  const order = Uint32Array.from(rows.keys());
  return {
    name: "Nomad-style",
    take,
    give,
    choose(demand) {
      const fits = matcher(demand);
      let ready = 0;
      for (let row = 0; row < rows.length; row++) if (free[row] === 1) order[ready++] = row;
      for (let last = ready - 1; last > 0; last--) {
        const other = Math.floor(random() * (last + 1));
        const swap = order[last] ?? 0;
        order[last] = order[other] ?? 0;
        order[other] = swap;
      }
      let [best, most, found] = [undefined as Facts | undefined, Number.NEGATIVE_INFINITY, 0];
      for (let place = 0; place < ready && found < limit; place++) {
        const facts = rows[order[place] ?? 0];
        if (facts === undefined || !fits(facts)) continue;
        found++;
        const score = binPack(facts, demand);
        if (score > most) [best, most] = [facts, score];
      }
      return best?.asset;
    },
  };
}

/** 20 - (10^free cpu + 10^free memory), the parts free after placing: fuller is better. */
function binPack({ cpuMilli = 1, memoryMiB = 1 }: Facts, { workload }: Demand): number {
  return 20 - 10 ** (1 - workload.cpuMilli / cpuMilli) - 10 ** (1 - workload.memoryMiB / memoryMiB);
}

/**
 * After kube-scheduler: from where the last search ended, filter until enough nodes fit (`percentageOfNodesToScore` adaptive:
 * 50 - n / 125 percent, at least 5, at least 100 nodes), score all of those (least allocated and balanced, equal weights).
 */
export function kubeStyle(assets: readonly AssetView[]): Placer {
  const { rows, free, take, give } = fleet(assets);
  const percentage = Math.max(5, 50 - rows.length / 125);
  const enough = Math.max(100, Math.floor((rows.length * percentage) / 100));
  let start = 0;
  return {
    name: "kube-scheduler-style",
    take,
    give,
    choose(demand) {
      const fits = matcher(demand);
      const feasible: Facts[] = [];
      let looked = 0;
      for (; looked < rows.length && feasible.length < enough; looked++) {
        const row = (start + looked) % rows.length;
        const facts = rows[row];
        if (free[row] === 1 && facts !== undefined && fits(facts)) feasible.push(facts);
      }
      start = (start + looked) % rows.length;
      let [best, most] = [undefined as Facts | undefined, Number.NEGATIVE_INFINITY];
      for (const facts of feasible) {
        const score = leastAllocated(facts, demand);
        if (score > most) [best, most] = [facts, score];
      }
      return best?.asset;
    },
  };
}

function leastAllocated({ cpuMilli = 1, memoryMiB = 1 }: Facts, { workload }: Demand): number {
  const cpu = workload.cpuMilli / cpuMilli;
  const memory = workload.memoryMiB / memoryMiB;
  return ((1 - cpu + 1 - memory) / 2) * 100 + (1 - Math.abs(cpu - memory)) * 100;
}
