type Stop = () => Promise<void>;

const stops: { name: string; stop: Stop }[] = [];
const aborter = new AbortController();
let running: Promise<string[]> | undefined;

/** Aborted as soon as the person at the terminal, or `./mill down`, asks this command to end. */
export const shutdownSignal: AbortSignal = aborter.signal;

/** Registers how to stop something; last registered, first stopped. */
export function onShutdown(name: string, stop: Stop): void {
  stops.push({ name, stop });
}

/**
 * Stops everything registered, once, in reverse order. One that fails does not keep the others running.
 *
 * @returns one line for each that failed
 */
export function shutdown(): Promise<string[]> {
  running ??= (async () => {
    const failures: string[] = [];
    for (let next = stops.pop(); next; next = stops.pop()) {
      try {
        await next.stop();
      } catch (error) {
        failures.push(`${next.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  })();
  return running;
}

/** Exit codes of the signals that ask a command to end. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Hands these signals to `heard` instead, for a command whose child answers them itself. */
export function passSignals(heard: (signal: NodeJS.Signals) => void): void {
  for (const signal of Object.keys(exitCodes)) {
    process.removeAllListeners(signal);
    process.on(signal, heard);
  }
}

/** How long a command that registered nothing may take to end by itself. */
const GRACE_MS = 30_000;

/**
 * Makes Ctrl-C, SIGTERM and a closed terminal stop everything before this process ends. Asked a second time, it ends at once;
 * `./mill down` then finds what is left.
 */
export function shutdownOnSignals(say: (line: string) => void): void {
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (aborter.signal.aborted) process.exit(code);
      const graceMs = stops.length > 0 ? 0 : GRACE_MS;
      aborter.abort();
      say("Stopping what was started; once more to leave at once.");
      void shutdown().then((failures) => {
        for (const failure of failures) say(failure);
        setTimeout(() => process.exit(code), graceMs).unref();
      });
    });
  }
}
