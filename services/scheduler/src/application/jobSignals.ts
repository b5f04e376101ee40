import type { JobId } from "@gristmill/shared/ids/ids";

export interface JobSignals {
  changed(jobId: JobId): void;
  onChange(jobId: JobId, listener: () => void): () => void;
}

/** Who wants to know that a job changed. A listener that throws must not keep the others from hearing it. */
export function createJobSignals(onError: (error: unknown) => void): JobSignals {
  const listeners = new Map<JobId, Set<() => void>>();
  return {
    changed(jobId) {
      for (const listener of [...(listeners.get(jobId) ?? [])]) {
        try {
          listener();
        } catch (error) {
          onError(error);
        }
      }
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
