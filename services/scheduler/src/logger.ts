import { pino } from "pino";
import { traceId } from "./adapters/telemetry/tracing.ts";
import type { Log } from "./application/ports.ts";
import { redactor } from "./redact.ts";

interface Output {
  write(line: string): void;
}

/**
 * The process's log: JSON lines, without what opens or pays for something. Known secrets are taken out of every line whatever field
 * or message they stand in; tokens and signatures by their form.
 *
 * @param secrets values of this process's configuration
 */
export function createLogger(level: string, secrets: readonly string[] = [], output: Output = pino.destination(1)) {
  const redact = redactor(secrets);
  const logger = pino(
    {
      level,
      redact: {
        paths: [
          "*.signature",
          "*.nodeSignature",
          "*.notarySignature",
          "*.raw",
          "*.privateKey",
          "*.secret",
          "*.token",
          "req.headers.authorization",
          "req.headers.cookie",
          'req.headers["payment-signature"]',
          'req.headers["sign-in-with-x"]',
        ],
        censor: "[redacted]",
      },
      mixin: () => {
        const id = traceId();
        return id === undefined ? {} : { traceId: id };
      },
    },
    { write: (line: string) => output.write(redact(line)) },
  );
  const log: Log = {
    info: (details: object, message: string) => logger.info(details, message),
    warn: (details: object, message: string) => logger.warn(details, message),
    error: (details: object, message: string) => logger.error(details, message),
  };
  return { logger, log };
}
