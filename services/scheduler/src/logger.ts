import { pino } from "pino";
import type { Log } from "./application/ports.ts";

/** The process's log: JSON lines on standard output, without signatures, keys and payments. */
export function createLogger(level: string) {
  const logger = pino({
    level,
    redact: {
      paths: [
        "*.signature",
        "*.nodeSignature",
        "*.notarySignature",
        "*.raw",
        "*.privateKey",
        "req.headers.authorization",
        'req.headers["payment-signature"]',
      ],
      censor: "[redacted]",
    },
  });
  const log: Log = {
    info: (details: object, message: string) => logger.info(details, message),
    warn: (details: object, message: string) => logger.warn(details, message),
    error: (details: object, message: string) => logger.error(details, message),
  };
  return { logger, log };
}
