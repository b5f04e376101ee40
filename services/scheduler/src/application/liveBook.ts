import type { AssetView } from "@gristmill/shared/api/views";
import type { Address } from "viem";

type Live = AssetView["live"];

/** What connected nodes said of what changes without a new manifest. */
export interface LiveBook {
  note(node: Address, live: Live): void;
  of(node: Address): Live;
}

const unsaid: Live = { diskFreeMiB: null, holds: [], models: [] };

export function createLiveBook(): LiveBook {
  const byNode = new Map<Address, Live>();
  return {
    note: (node, live) => void byNode.set(node, live),
    of: (node) => byNode.get(node) ?? unsaid,
  };
}
