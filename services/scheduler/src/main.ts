import { BaseError } from "@gristmill/shared/errors/baseError";
import { parseConfig } from "./config.ts";
import { startScheduler } from "./container.ts";

/** For putting things away after the last request was answered, or cut off. */
const AFTER_REQUESTS_MS = 4000;

try {
  const config = parseConfig(process.env);
  const scheduler = await startScheduler(config);
  process.stdout.write(
    `${JSON.stringify({ listening: scheduler.url, queue: scheduler.queue, metrics: scheduler.metricsUrl })}\n`,
  );
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), config.shutdownMs + AFTER_REQUESTS_MS).unref();
    scheduler.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`the scheduler did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
} catch (error) {
  // What was configured wrongly is the reader's to mend; anything else is ours and shows where it happened.
  const text = error instanceof BaseError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`the scheduler cannot start:\n${text}\n`);
  process.exit(1);
}
