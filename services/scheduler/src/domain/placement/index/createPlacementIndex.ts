import type { AssetView } from "@gristmill/shared/api/views";
import { type Facts, factsOf } from "../facts.ts";
import { matcher } from "../matcher.ts";
import { orders } from "../order.ts";
import type { Demand } from "../placement.ts";
import { failedOn } from "../rank.ts";
import { startEstimateMs } from "../startEstimate.ts";
import { totalOf } from "../totalOf.ts";
import type { Entry } from "./entry.ts";
import { facetsOf, facetsWanted } from "./facets.ts";
import { createPartition, type Partition } from "./partition.ts";

/** The market in memory, ready to decide. Answers as `rank` would on the same assets, without looking at all of them. */
export interface PlacementIndex {
  readonly size: number;
  /** Takes in an asset as it is now: listed, repriced, leased, released, draining or otherwise changed. */
  put(asset: AssetView): void;
  remove(assetId: string): void;
  /** Keeps an asset, and those that share its hardware, from further decisions until it is given back. */
  take(assetId: string): void;
  give(assetId: string): void;
  /** Best free asset that fits. */
  choose(demand: Demand): AssetView | undefined;
  /** Free assets that fit, best first, until `visit` returns true. */
  scan(demand: Demand, visit: (asset: AssetView) => boolean): void;
}

type Indexed = keyof typeof orders;

/** One partition for each GPU class, and one of all; two slots of each entry for each objective. */
interface OrderIndex {
  all: Partition;
  classes: Map<string, Partition>;
  classOf(entry: Entry): Partition;
}

/** In the order of price all that stand after a dear asset are as dear. */
function pastPrice(objective: Indexed, demand: Demand): ((facts: Facts) => boolean) | undefined {
  const { pricePerSecondCap: cap, budget, workload, feeBps } = demand;
  if (objective !== "cheapest" || (cap === undefined && budget === undefined)) return undefined;
  return ({ price }) =>
    (cap !== undefined && price > cap) ||
    (budget !== undefined && totalOf(price, workload.maxSeconds, feeBps) > budget);
}

export function createPlacementIndex(): PlacementIndex {
  const entries = new Map<string, Entry>();
  const byNode = new Map<string, Set<Entry>>();
  // Built when first asked for: most markets only ever sell to the lowest price.
  const indexes = new Map<Indexed, OrderIndex>();

  const indexOf = (objective: Indexed): OrderIndex => {
    const known = indexes.get(objective);
    if (known !== undefined) return known;
    const key = indexes.size * 2;
    const classes = new Map<string, Partition>();
    const index: OrderIndex = {
      all: createPartition(orders[objective], key),
      classes,
      classOf({ facts: { gpuClass = "" } }) {
        const partition = classes.get(gpuClass) ?? createPartition(orders[objective], key + 1);
        classes.set(gpuClass, partition);
        return partition;
      },
    };
    indexes.set(objective, index);
    for (const entry of entries.values()) insert(index, entry);
    return index;
  };

  const insert = (index: OrderIndex, entry: Entry) => {
    index.all.add(entry);
    index.classOf(entry).add(entry);
  };

  const mark = (entry: Entry) => {
    for (const index of indexes.values()) {
      index.all.mark(entry);
      index.classOf(entry).mark(entry);
    }
  };

  const hold = (entry: Entry, by: 1 | -1) => {
    entry.held += by;
    mark(entry);
    for (const other of entry.overlaps) {
      other.blocked += by;
      mark(other);
    }
  };

  /** Joins the assets of its node that share hardware with it. */
  const join = (entry: Entry) => {
    const { node, units } = entry.facts.asset;
    if (units === 0n) return;
    const neighbours = byNode.get(node) ?? new Set();
    for (const other of neighbours) {
      if ((other.facts.asset.units & units) === 0n) continue;
      entry.overlaps.push(other);
      other.overlaps.push(entry);
      entry.blocked += other.held;
      other.blocked += entry.held;
      if (entry.held > 0) mark(other);
    }
    byNode.set(node, neighbours.add(entry));
  };

  const leave = (entry: Entry) => {
    byNode.get(entry.facts.asset.node)?.delete(entry);
    for (const other of entry.overlaps) {
      other.overlaps.splice(other.overlaps.indexOf(entry), 1);
      other.blocked -= entry.held;
      mark(other);
    }
  };

  const remove = (entry: Entry) => {
    for (const index of indexes.values()) {
      index.all.delete(entry);
      index.classOf(entry).delete(entry);
    }
    leave(entry);
    entries.delete(entry.facts.asset.assetId);
  };

  const partitionFor = (objective: Indexed, { requirements: { gpuClass } }: Demand): Partition | undefined => {
    const index = indexOf(objective);
    return gpuClass === undefined ? index.all : index.classes.get(gpuClass);
  };

  const best = (demand: Demand, matches: (facts: Facts) => boolean): Entry | undefined => {
    const objective = demand.requirements.objective ?? "cheapest";
    const facets = facetsWanted(demand);
    if (objective !== "fastest_start") {
      return partitionFor(objective, demand)?.find(facets, matches, pastPrice(objective, demand));
    }
    // Depends on the job's own inputs: every fitting asset is asked, the cheapest first among equals.
    let [fastest, least]: [Entry | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    partitionFor("cheapest", demand)?.find(facets, (facts) => {
      if (!matches(facts)) return false;
      const start = startEstimateMs(facts, demand);
      if (start < least) [fastest, least] = [entries.get(facts.asset.assetId), start];
      return false;
    });
    return fastest;
  };

  const choose = (demand: Demand): AssetView | undefined => {
    const matches = matcher(demand);
    const failed = (demand.failedOn?.size ?? 0) > 0;
    const fresh = failed ? (facts: Facts) => matches(facts) && !failedOn(facts, demand) : matches;
    const entry = best(demand, fresh) ?? (failed ? best(demand, matches) : undefined);
    return entry?.facts.asset;
  };

  return {
    get size() {
      return entries.size;
    },
    put(asset) {
      const former = entries.get(asset.assetId);
      const held = former?.held ?? 0;
      if (former !== undefined) remove(former);
      const facts = factsOf(asset);
      const entry: Entry = { facts, facets: facetsOf(facts), held, blocked: 0, overlaps: [], slots: [] };
      entries.set(asset.assetId, entry);
      join(entry);
      for (const index of indexes.values()) insert(index, entry);
    },
    remove(assetId) {
      const entry = entries.get(assetId);
      if (entry !== undefined) remove(entry);
    },
    take(assetId) {
      const entry = entries.get(assetId);
      if (entry !== undefined) hold(entry, 1);
    },
    give(assetId) {
      const entry = entries.get(assetId);
      if (entry !== undefined && entry.held > 0) hold(entry, -1);
    },
    choose,
    scan(demand, visit) {
      const matches = matcher(demand);
      const facets = facetsWanted(demand);
      const objective = demand.requirements.objective ?? "cheapest";
      if (objective === "fastest_start") {
        const fitting: { facts: Facts; start: number; failed: number }[] = [];
        partitionFor("cheapest", demand)?.find(facets, (facts) => {
          if (!matches(facts)) return false;
          const failed = Number(failedOn(facts, demand));
          fitting.push({ facts, start: startEstimateMs(facts, demand), failed });
          return false;
        });
        // Found in the order of price, which a stable sort keeps among equals.
        fitting.sort((a, b) => a.failed - b.failed || a.start - b.start);
        fitting.some(({ facts }) => visit(facts.asset));
        return;
      }
      const pass = (failed: boolean) =>
        partitionFor(objective, demand)?.find(
          facets,
          (facts) => failedOn(facts, demand) === failed && matches(facts) && visit(facts.asset),
          pastPrice(objective, demand),
        );
      if (pass(false) === undefined && (demand.failedOn?.size ?? 0) > 0) pass(true);
    },
  };
}
