import { type ErrorCode, errorCodes } from "./errorCodes.ts";

/** The one error class. `code` is stable; `message` is for people; `details` names the fields and the limits. */
export class BaseError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GristmillError";
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = errorCodes[code].retryable;
  }
}
