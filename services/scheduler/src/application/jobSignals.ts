import type { JobId } from "@gristmill/shared/ids/ids";

export interface JobSignals {
  /** Tells listeners here and, by way of the bus, those of other processes. */
  changed(jobId: JobId): void;
  /** Tells listeners here: another process said it. */
  heard(jobId: JobId): void;
  onChange(jobId: JobId, listener: () => void): () => void;
}

/** Who wants to know that a job changed. A listener that throws must not keep the others from hearing it. */
export function createJobSignals(
  onError: (error: unknown) => void,
  tellOthers: (jobId: JobId) => void = () => undefined,
): JobSignals {
  const listeners = new Map<JobId, Set<() => void>>();
  const heard = (jobId: JobId) => {
    for (const listener of [...(listeners.get(jobId) ?? [])]) {
      try {
        listener();
      } catch (error) {
        onError(error);
      }
    }
  };
  return {
    heard,
    changed(jobId) {
      heard(jobId);
      tellOthers(jobId);
    },
    onChange(jobId, listener) {
      const set = listeners.get(jobId) ?? new Set();
      listeners.set(jobId, set);
      // A wrapper of its own, so that one function subscribed twice leaves once per subscription.
      const own = () => listener();
      set.add(own);
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(jobId) === set) listeners.delete(jobId);
      };
    },
  };
}
