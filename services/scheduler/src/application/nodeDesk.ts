import { BaseError } from "@gristmill/shared/errors/baseError";
import type { NodeMessage, SchedulerMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import { gangSizeOf } from "@gristmill/shared/job/requirements";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { type Address, isAddressEqual } from "viem";
import type { LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import type { Fleet } from "./fleet.ts";
import type { JobSignals } from "./jobSignals.ts";
import type { LiveBook } from "./liveBook.ts";
import type { Notary } from "./notary.ts";
import type { ChainIndex, CheckpointStore, LeaseNotes, LogStore, OrderStore, SendToNode } from "./ports.ts";

/** Log text kept for one lease. */
const MAX_LOG_BYTES = 4 * 1024 * 1024;
/** Highest number of a receipt that is kept; a lease has a few. */
const MAX_SEQUENCE = 2_147_483_647;
/** Place of the line that says the log was cut: after every real one. */
const CUT_SEQ = 2_147_483_647;

/** Ends that the node itself sent to the chain. */
const endedByNode: ReadonlySet<LeaseRecord["reason"]> = new Set(["none", "completed", "failed"]);

type Of<Type extends NodeMessage["type"]> = Extract<NodeMessage, { type: Type }>;

export interface NodeDeskDeps {
  index: ChainIndex;
  fleet: Fleet;
  orders: OrderStore;
  leaseNotes: LeaseNotes;
  checkpoints: CheckpointStore;
  logs: LogStore;
  notary: Notary;
  live: LiveBook;
  signals: JobSignals;
  artifactsUrl: string;
  send: SendToNode;
  nowMs(): number;
}

/** What happens when a node that proved its key says something. */
export interface NodeDesk {
  admit(hello: Of<"hello">): Promise<void>;
  /** A beat: kept in memory alone, for ten thousand come each second. */
  beat(node: Address, message: Of<"heartbeat">): void;
  /**
   * Handles any other message after the hello.
   * @returns what to answer, if anything
   * @throws BaseError `lease_refused` when the node speaks of a lease that is not its own
   */
  take(
    node: Address,
    message: Exclude<NodeMessage, { type: "hello" | "heartbeat" }>,
  ): Promise<SchedulerMessage | undefined>;
  /** Tells the node of every lease that waits for it to start. */
  remind(node: Address): Promise<void>;
  /** Tells the lease's node that somebody else ended it. */
  stopEnded(lease: LeaseRecord): void;
}

const waiting = new WeakMap<MarketState, Map<Address, LeaseRecord[]>>();

/** Leases that wait for this node to start them, worked out once for each state. */
function waitingFor(state: MarketState, node: Address): readonly LeaseRecord[] {
  let byNode = waiting.get(state);
  if (byNode === undefined) {
    byNode = new Map();
    for (const { liveLease } of state.assets.values()) {
      const lease = liveLease === null ? undefined : state.leases.get(liveLease);
      if (lease?.state === "assigned") byNode.set(lease.node, [...(byNode.get(lease.node) ?? []), lease]);
    }
    waiting.set(state, byNode);
  }
  return byNode.get(node) ?? [];
}

export function createNodeDesk(deps: NodeDeskDeps): NodeDesk {
  const { index, fleet, leaseNotes, logs, notary, signals } = deps;

  const ownLease = async (node: Address, leaseId: LeaseId): Promise<LeaseRecord> => {
    const lease = index.state().leases.get(leaseId);
    if (lease === undefined || !isAddressEqual(lease.node, node)) {
      throw new BaseError("lease_refused", `Lease ${leaseId} is not this node's.`);
    }
    return lease;
  };

  const takeLog = async (node: Address, { leaseId, lines }: Of<"log">): Promise<void> => {
    const { jobId } = await ownLease(node, leaseId);
    let room = MAX_LOG_BYTES - (await logs.size(leaseId));
    const kept = [];
    for (const line of lines) {
      room -= Buffer.byteLength(line.text);
      if (room >= 0 && line.seq < CUT_SEQ) kept.push({ ...line, leaseId });
    }
    if (kept.length < lines.length) {
      const text = `The log is cut here: ${MAX_LOG_BYTES / 1024 / 1024} MiB are kept for a lease.`;
      kept.push({ leaseId, seq: CUT_SEQ, stream: "agent" as const, text, atMs: deps.nowMs() });
    }
    if ((await logs.append(jobId, kept)) > 0) signals.changed(jobId);
  };

  const takeTick = async (node: Address, tick: Of<"tick">): Promise<SchedulerMessage> => {
    const { leaseId, sequence, to, head } = tick;
    let lease = await ownLease(node, leaseId);
    // The node may be faster than the index with its own start.
    if (sequence > MAX_SEQUENCE) throw new BaseError("tick_refused", `A lease has no receipt ${sequence}.`);
    if (lease.startedAt === null) {
      await index.refresh();
      lease = await ownLease(node, leaseId);
    }
    const word = await notary.countersign(lease, { ...tick, head: BigInt(head), sample: BigInt(tick.sample) });
    if (!word.signed) {
      return { type: "tick_refused", leaseId, sequence, to, code: "tick_refused", message: word.message };
    }
    signals.changed(lease.jobId);
    return { type: "countersigned", leaseId, sequence, to, head, signature: word.signature };
  };

  const takeCheckpoint = async (node: Address, { leaseId, sha256, bytes }: Of<"checkpoint">): Promise<void> => {
    let lease = await ownLease(node, leaseId);
    if (lease.state === "assigned") {
      await index.refresh();
      lease = await ownLease(node, leaseId);
    }
    const { jobId, shard, state } = lease;
    const workload = (await deps.orders.find(jobId))?.workload;
    if (workload?.checkpoint === undefined || bytes > workload.maxOutputMiB * 1_048_576) {
      throw new BaseError("lease_refused", `Lease ${leaseId} saves no state of ${bytes} bytes.`);
    }
    // What an ended lease still says must not take the place of what its successor saves.
    if (state !== "started") return;
    const saved = { leaseId, shard, sha256, bytes, savedAt: index.now() };
    if (!(await deps.checkpoints.keep(jobId, saved))) return;
    signals.changed(jobId);
  };

  const remind = async (node: Address): Promise<void> => {
    for (const { jobId, leaseId, shard: number } of waitingFor(index.state(), node)) {
      const order = await deps.orders.find(jobId);
      if (order === undefined) continue;
      const { terms, workload, requirements } = order;
      const count = gangSizeOf(requirements);
      const shard = count > 1 ? { shard: { index: number, count } } : {};
      const saved = workload.checkpoint && (await deps.checkpoints.of(jobId)).find((each) => each.shard === number);
      const checkpoint = saved ? { checkpoint: { sha256: saved.sha256, bytes: saved.bytes } } : {};
      const artifactsUrl = deps.artifactsUrl;
      deps.send(node, { type: "lease", leaseId, terms, workload, artifactsUrl, ...shard, ...checkpoint });
    }
  };

  const stop = (lease: LeaseRecord | undefined, node: Address): void => {
    if (lease === undefined || !isAddressEqual(lease.node, node)) return;
    if (lease.state === "assigned" || lease.state === "started" || endedByNode.has(lease.reason)) return;
    deps.send(node, { type: "stop", leaseId: lease.leaseId, reason: lease.reason });
  };

  return {
    stopEnded: (lease) => stop(lease, lease.node),
    async admit({ node, manifest, pairing }) {
      const lastSeenMs = deps.nowMs();
      await fleet.admit({
        node,
        provider: pairing.provider,
        manifest,
        manifestHash: manifestHash(manifest),
        pairing,
        lastSeenMs,
      });
      await remind(node);
    },
    remind,
    beat(node, { leases, draining }) {
      fleet.beat(node, draining);
      const state = index.state();
      if (waitingFor(state, node).length > 0) {
        // The next beat reminds again.
        void remind(node).catch(() => undefined);
      }
      for (const leaseId of leases) stop(state.leases.get(leaseId), node);
    },
    async take(node, message) {
      switch (message.type) {
        case "phase": {
          const { jobId } = await ownLease(node, message.leaseId);
          const { phase, detail, executor = null } = message;
          await leaseNotes.notePhase(message.leaseId, { phase, detail, executor, at: index.now() });
          signals.changed(jobId);
          return undefined;
        }
        case "log":
          await takeLog(node, message);
          return undefined;
        case "tick":
          return takeTick(node, message);
        case "checkpoint":
          await takeCheckpoint(node, message);
          return undefined;
        case "inventory":
          deps.live.note(node, { diskFreeMiB: message.diskFreeMiB, holds: message.holds, models: message.models });
          return undefined;
        case "receipt": {
          const { jobId } = await ownLease(node, message.leaseId);
          if (message.sequence > MAX_SEQUENCE || message.proveMs > MAX_SEQUENCE) return undefined;
          await leaseNotes.noteReceipt(message.leaseId, message.sequence, message.proveMs);
          signals.changed(jobId);
          return undefined;
        }
      }
    },
  };
}
