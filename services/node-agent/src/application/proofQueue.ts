import { BaseError } from "@gristmill/shared/errors/baseError";

/** One proof to make. */
export interface QueuedProof<T> {
  /** Unix seconds after which the proof is worth nothing: the job's capture deadline. */
  deadline: number;
  make: () => Promise<T>;
  /** Takes a waiting proof out of the queue. One under way is ended by `make` itself. */
  signal?: AbortSignal;
}

/** How the queue stands. */
export interface ProofQueueState {
  waiting: number;
  proving: number;
  /** Most proofs that wait. */
  capacity: number;
}

/** Makes proofs one after another, the oldest deadline first. */
export interface ProofQueue {
  /**
   * Waits for the proof's turn and makes it.
   * @throws BaseError `too_many_requests` (try again later) when as many proofs wait as may
   */
  run<T>(proof: QueuedProof<T>): Promise<T>;
  readonly state: ProofQueueState;
}

interface Waiting {
  deadline: number;
  begin: () => void;
}

/**
 * A bounded queue in memory. It holds no receipt: what is to be proven stands in the leases' journals, which bill again
 * whatever a restart or a full queue turned away.
 *
 * @param capacity - most proofs that wait.
 * @param atOnce - most proofs under way; each takes both cores of a small machine, so one unless told.
 */
export function createProofQueue(capacity: number, atOnce = 1): ProofQueue {
  const waiting: Waiting[] = [];
  let proving = 0;

  const turn = (deadline: number, signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal?.reason);
      };
      const begin = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const entry: Waiting = { deadline, begin };
      // Behind those of the same deadline: who came first goes first.
      const after = waiting.findIndex((other) => other.deadline > deadline);
      waiting.splice(after === -1 ? waiting.length : after, 0, entry);
      signal?.addEventListener("abort", leave, { once: true });
    });

  return {
    async run({ deadline, make, signal }) {
      signal?.throwIfAborted();
      if (proving < atOnce) proving++;
      else if (waiting.length < capacity) await turn(deadline, signal);
      else {
        const details = { waiting: waiting.length, capacity };
        throw new BaseError("too_many_requests", `${waiting.length} proofs wait, and no more than ${capacity} may`, {
          details,
        });
      }
      try {
        return await make();
      } finally {
        const next = waiting.shift();
        if (next) next.begin();
        else proving--;
      }
    },
    get state() {
      return { waiting: waiting.length, proving, capacity };
    },
  };
}
