import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { Address, Hex } from "viem";
import { type Liveness, type LivenessRule, liveness } from "../domain/liveness/liveness.ts";
import type { NodeRecord, NodeStore } from "./ports.ts";

export interface FleetMember extends NodeRecord {
  draining: boolean;
  connected: boolean;
}

/** The nodes this scheduler knows, in memory; Postgres keeps their pairing and last beat across restarts. */
export interface Fleet {
  members(): readonly FleetMember[];
  find(node: Address): FleetMember | undefined;
  manifest(hash: Hex): Manifest | undefined;
  admit(record: NodeRecord): Promise<void>;
  beat(node: Address, draining: boolean): void;
  /** Its connection ended: no new lease until it is back; not lost before its time. */
  left(node: Address): void;
  liveness(node: Address): Liveness;
  /** Connected and not silent for too long: may take a lease. */
  isOnline(node: Address): boolean;
  /** Writes the beats since the last call in one batch. */
  flush(): Promise<void>;
}

/**
 * @param rule heartbeat rule without the number of nodes, which the fleet knows
 * @param nowMs the scheduler's clock
 */
export async function createFleet(
  store: NodeStore,
  rule: Omit<LivenessRule, "nodeCount">,
  nowMs: () => number,
): Promise<Fleet> {
  const members = new Map<Address, FleetMember>();
  const manifests = await store.manifests();
  for (const record of await store.all()) members.set(record.node, { ...record, draining: false, connected: false });
  // Nodes reconnect after a restart of the scheduler: until they had time to, silence is the scheduler's own.
  const listeningSince = nowMs();
  const unsaved = new Map<Address, number>();

  const standing = (node: Address): Liveness => {
    const lastBeatMs = Math.max(members.get(node)?.lastSeenMs ?? 0, listeningSince);
    return liveness(lastBeatMs, nowMs(), { ...rule, nodeCount: members.size });
  };
  return {
    members: () => [...members.values()],
    find: (node) => members.get(node),
    manifest: (hash) => manifests.get(hash),
    async admit(record) {
      await store.keep(record);
      members.set(record.node, { ...record, draining: members.get(record.node)?.draining ?? false, connected: true });
      manifests.set(record.manifestHash, record.manifest);
    },
    beat(node, draining) {
      const member = members.get(node);
      if (member === undefined) return;
      const atMs = nowMs();
      members.set(node, { ...member, draining, lastSeenMs: atMs });
      unsaved.set(node, atMs);
    },
    left(node) {
      const member = members.get(node);
      if (member !== undefined) members.set(node, { ...member, connected: false });
    },
    liveness: standing,
    isOnline: (node) => members.get(node)?.connected === true && standing(node) === "online",
    async flush() {
      if (unsaved.size === 0) return;
      const beats = [...unsaved].map(([node, atMs]) => ({ node, atMs }));
      unsaved.clear();
      await store.seen(beats);
    },
  };
}
