import { createHash } from "node:crypto";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Fence } from "./fence.ts";
import type { Log } from "./ports.ts";

/** How long an ownership stands without being renewed. With the turn below, a killed process is replaced within 5 s. */
export const OWNERSHIP_TTL_MS = 3000;
export const OWNERSHIP_TURN_MS = 750;

const JOB_PARTITIONS = 8;
/** Whoever owns this writes the index of the chain and looks after pending transactions. */
export const CHAIN_PARTITION = "chain";
export const partitions = [CHAIN_PARTITION, ...Array.from({ length: JOB_PARTITIONS }, (_, index) => `jobs-${index}`)];

/** The partition whose owner decides for this job. */
export function partitionOf(jobId: JobId): string {
  const [first = 0] = createHash("sha256").update(jobId).digest();
  return `jobs-${first % JOB_PARTITIONS}`;
}

export interface OwnershipStore {
  /** Says that this process lives. Returns how many do. */
  live(owner: string, ttlMs: number): Promise<number>;
  /** Renews what it owns and still stands. */
  renew(owner: string, ttlMs: number): Promise<Fence[]>;
  /** Takes free ones of these, at most `limit`, each with a token above all before. */
  claim(owner: string, names: readonly string[], limit: number, ttlMs: number): Promise<Fence[]>;
  /** Gives these back at once. */
  release(owner: string, names: readonly string[]): Promise<void>;
  leave(owner: string): Promise<void>;
}

export interface Ownership {
  /** Undefined when another process may own it. */
  fence(name: string): Fence | undefined;
  /** Whether the last renewal still stands: with it, what this process holds, be it nothing, is known. */
  isCurrent(): boolean;
  /** Renews, claims its share, gives back what is above it. */
  turn(): Promise<void>;
  /** Called with what was just taken. */
  onTaken(listener: (names: readonly string[]) => void): void;
  close(): Promise<void>;
}

/**
 * What this process decides alone. The database's clock says when an ownership ends, and checks it again where a decision
 * commits; here it ends early by this process's own steady clock, so that a paused process notices.
 */
export function createOwnership(deps: {
  store: OwnershipStore;
  owner: string;
  /** A clock that never goes back. */
  nowMs(): number;
  log: Log;
}): Ownership {
  const { store, owner, nowMs, log } = deps;
  const listeners: ((names: readonly string[]) => void)[] = [];
  let held = new Map<string, Fence>();
  let until = Number.NEGATIVE_INFINITY;
  let closed = false;
  return {
    fence: (name) => (nowMs() < until ? held.get(name) : undefined),
    isCurrent: () => nowMs() < until && !closed,
    onTaken: (listener) => void listeners.push(listener),
    async turn() {
      if (closed) return;
      const asked = nowMs();
      const processes = await store.live(owner, OWNERSHIP_TTL_MS);
      const renewed = await store.renew(owner, OWNERSHIP_TTL_MS);
      const share = Math.ceil(partitions.length / processes);
      const surplus = renewed.slice(share).map(({ name }) => name);
      if (surplus.length > 0) await store.release(owner, surplus);
      const kept = renewed.slice(0, share);
      const free = partitions.filter((name) => !renewed.some((fence) => fence.name === name));
      const claimed = kept.length < share ? await store.claim(owner, free, share - kept.length, OWNERSHIP_TTL_MS) : [];
      held = new Map([...kept, ...claimed].map((fence) => [fence.name, fence]));
      until = asked + OWNERSHIP_TTL_MS;
      if (claimed.length === 0) return;
      const names = claimed.map(({ name }) => name);
      log.info({ owner, names }, "this process decides for these partitions now");
      for (const listener of listeners) listener(names);
    },
    async close() {
      closed = true;
      held = new Map();
      await store.leave(owner);
    },
  };
}
