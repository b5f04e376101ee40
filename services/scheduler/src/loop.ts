import type { Log } from "./application/ports.ts";

export interface Loop {
  /** Waits for the turn under way. */
  stop(): Promise<void>;
}

/** Does something again and again, one turn after the other; a failed turn is logged once until one works again. */
export function createLoop(name: string, everyMs: number, turn: () => Promise<void>, log: Log): Loop {
  let failing = false;
  let current: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = () => {
    if (!stopped) timer = setTimeout(run, everyMs);
  };
  const run = () => {
    current = turn()
      .then(
        () => {
          if (failing) log.info({ loop: name }, "works again");
          failing = false;
        },
        (error: unknown) => {
          if (!failing) log.warn({ loop: name, error: String(error) }, "failed and is tried again");
          failing = true;
        },
      )
      .finally(next);
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
