import type { JobId } from "@gristmill/shared/ids/ids";
import type { Member } from "../domain/lifecycle/membersOf.ts";
import type { Fence } from "./fence.ts";

/** Assets chosen for a job, to be assigned in one step. */
export interface Choice {
  jobId: JobId;
  members: readonly [Member, ...Member[]];
}

export interface Decision extends Choice {
  fence: Fence;
}

export interface OpenDecision extends Choice {
  id: bigint;
  /** How the transaction that carries it out stands; null: none was signed. */
  sent: "sent" | "mined" | "reverted" | "dropped" | null;
}

export interface DecisionStore {
  /**
   * Keeps a batch, all in one transaction with the queue tasks that look after them. Left out: those whose job or one of whose
   * assets has an open decision, and those whose partition another process owns.
   * @returns the id of each kept one, by job
   */
  commit(owner: string, decisions: readonly Decision[]): Promise<Map<JobId, bigint>>;
  end(id: bigint, state: "assigned" | "refused", reason: string): Promise<void>;
  openOf(jobId: JobId): Promise<OpenDecision | undefined>;
}

export interface Decisions extends Omit<DecisionStore, "commit"> {
  /** Keeps a decision before anybody is told. @returns its id; undefined: another one was first, or another process decides */
  commit(choice: Choice): Promise<bigint | undefined>;
}

/** A batch is bounded so that its commit stays short. */
const MAX_BATCH = 2000;

/** Commits decisions in batches: all that are made while the last batch commits go together in the next. */
export function createDecisions(deps: {
  store: DecisionStore;
  owner: string;
  fenceOf(jobId: JobId): Fence | undefined;
}): Decisions {
  const { store, owner, fenceOf } = deps;
  let waiting: { decision: Decision; answer: PromiseWithResolvers<bigint | undefined> }[] = [];
  let running = false;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      try {
        const ids = await store.commit(
          owner,
          batch.map(({ decision }) => decision),
        );
        for (const { decision, answer } of batch) answer.resolve(ids.get(decision.jobId));
      } catch (error) {
        for (const { answer } of batch) answer.reject(error);
      }
    }
    running = false;
  };

  return {
    ...store,
    commit(choice) {
      const fence = fenceOf(choice.jobId);
      if (fence === undefined) return Promise.resolve(undefined);
      const answer = Promise.withResolvers<bigint | undefined>();
      waiting.push({ decision: { ...choice, fence }, answer });
      // What is decided in the same turn goes in the same batch.
      if (!running) {
        running = true;
        setImmediate(() => void drain());
      }
      return answer.promise;
    },
  };
}
