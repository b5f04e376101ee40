import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { Address, Hex } from "viem";
import {
  beatEveryMs,
  type Liveness,
  type LivenessRule,
  liveness,
  offlineAfterMs,
} from "../domain/liveness/liveness.ts";
import type { NodeRecord, NodeStore } from "./ports.ts";

export interface FleetMember extends NodeRecord {
  draining: boolean;
  /** Unix milliseconds of this process's steady clock; null when it was not heard since this process started. */
  heardMs: number | null;
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
  /** Connected to a scheduler process and not silent for too long: may take a lease. */
  isOnline(node: Address): boolean;
  /** Milliseconds between two beats, as nodes are told. */
  beatEveryMs(): number;
  /** Nodes that became lost since the last call. */
  newlyLost(): Address[];
  /** Writes the beats since the last call in one batch, and takes in those that other processes heard. */
  flush(): Promise<void>;
}

/** Without word from the database for this long, a process does not judge nodes that others hear. */
const DEAF_MS = 2000;

/**
 * @param rule heartbeat rule without the number of nodes, which the fleet knows; `reconnectMs`: time that nodes have to come
 *   back after a start before their silence counts
 * @param nowMs a clock that never goes back: a machine whose time is set anew must lose no node
 */
export async function createFleet(
  store: NodeStore,
  rule: Omit<LivenessRule, "nodeCount"> & { reconnectMs: number },
  nowMs: () => number,
): Promise<Fleet> {
  const members = new Map<Address, FleetMember>();
  const manifests = await store.manifests();
  const take = (record: NodeRecord, heardMs: number | null) => {
    members.set(record.node, { ...record, draining: members.get(record.node)?.draining ?? false, heardMs });
  };
  for (const record of await store.all()) take(record, null);
  // Nodes reconnect after a restart of the scheduler: until they had time to, silence is the scheduler's own.
  let startedMs = nowMs();
  let heardOthersMs = startedMs;
  /** Nodes with a connection to this process, and those that another process heard last. */
  const connected = new Set<Address>();
  const elsewhere = new Set<Address>();
  const unsaved = new Map<Address, number>();
  const known = new Set<Address>();

  const standing = (member: FleetMember | undefined): Liveness => {
    const { heardMs } = member ?? { heardMs: null };
    // Of a node without a connection here this process knows only what it could read.
    const deaf = nowMs() - heardOthersMs > DEAF_MS;
    if (deaf && member !== undefined && !connected.has(member.node)) return "offline";
    const counted = { ...rule, nodeCount: members.size };
    return heardMs === null
      ? liveness(startedMs + rule.reconnectMs, nowMs(), counted)
      : liveness(heardMs, nowMs(), counted);
  };
  const hearOthers = async () => {
    const heard = await store.heardElsewhere(offlineAfterMs({ ...rule, nodeCount: members.size }) + rule.graceMs);
    if (nowMs() - heardOthersMs > DEAF_MS) {
      // The database was away: what others heard meanwhile is not known, so their nodes' silence begins anew.
      startedMs = nowMs();
      for (const member of members.values()) if (!connected.has(member.node)) member.heardMs = null;
    }
    heardOthersMs = nowMs();
    elsewhere.clear();
    if (heard.some(({ node, manifestHash }) => members.get(node)?.manifestHash !== manifestHash)) {
      for (const record of await store.all()) {
        manifests.set(record.manifestHash, record.manifest);
        take(record, members.get(record.node)?.heardMs ?? null);
      }
    }
    for (const { node, silentMs, draining } of heard) {
      const member = members.get(node);
      if (member === undefined || connected.has(node)) continue;
      elsewhere.add(node);
      member.heardMs = Math.max(member.heardMs ?? 0, nowMs() - silentMs);
      member.lastSeenMs = member.heardMs;
      member.draining = draining;
    }
  };
  return {
    members: () => [...members.values()],
    find: (node) => members.get(node),
    manifest: (hash) => manifests.get(hash),
    async admit(record) {
      await store.keep(record);
      take(record, nowMs());
      connected.add(record.node);
      elsewhere.delete(record.node);
      manifests.set(record.manifestHash, record.manifest);
    },
    beat(node, draining) {
      const member = members.get(node);
      if (member === undefined) return;
      const atMs = nowMs();
      member.draining = draining;
      member.heardMs = atMs;
      member.lastSeenMs = atMs;
      unsaved.set(node, atMs);
    },
    left: (node) => void connected.delete(node),
    liveness: (node) => standing(members.get(node)),
    isOnline(node) {
      const member = members.get(node);
      if (member === undefined || member.heardMs === null) return false;
      return (connected.has(node) || elsewhere.has(node)) && standing(member) === "online";
    },
    beatEveryMs: () => beatEveryMs({ ...rule, nodeCount: members.size }),
    newlyLost() {
      const lost: Address[] = [];
      for (const member of members.values()) {
        if (standing(member) !== "lost") known.delete(member.node);
        else if (!known.has(member.node)) {
          known.add(member.node);
          lost.push(member.node);
        }
      }
      return lost;
    },
    async flush() {
      const beats = [...unsaved].map(([node, atMs]) => ({
        node,
        silentMs: Math.max(0, Math.round(nowMs() - atMs)),
        draining: members.get(node)?.draining ?? false,
      }));
      unsaved.clear();
      await store.seen(beats);
      await hearOthers();
    },
  };
}
