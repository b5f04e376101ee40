import { createHash, randomBytes } from "node:crypto";
import type { JobId } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { ExactPayload } from "./paymentPayload.ts";

/** The x402 extension that carries the mark. */
export const MARK_EXTENSION = "gristmill-job-access";

/**
 * Who paid a job. Terms and payment signature are on the chain for everybody to copy; the mark is not: the 402 gives it to the
 * client, every x402 v2 client echoes it with its payment, and the first good payment keeps it.
 */
export interface PayerMarks {
  /** Keeps the mark of the newest good payment; called before it is sent to the chain. */
  keep(jobId: JobId, markHash: string): Promise<void>;
  matches(jobId: JobId, markHash: string): Promise<boolean>;
}

/** A fresh mark, as the 402's extension. */
export function markExtension() {
  return {
    [MARK_EXTENSION]: {
      info: { mark: randomBytes(24).toString("base64url") },
      schema: { type: "object", properties: { mark: { type: "string" } } },
    },
  };
}

const echoSchema = z.looseObject({
  extensions: z.looseObject({
    [MARK_EXTENSION]: z.looseObject({ info: z.looseObject({ mark: z.string().regex(/^[A-Za-z0-9_-]{32,128}$/) }) }),
  }),
});

/** Hash of the mark that a payment echoes; undefined: none, and its job is watched after signing in. */
export function markHashOf(payload: ExactPayload | undefined): string | undefined {
  const echo = echoSchema.safeParse(payload);
  const mark = echo.data?.extensions[MARK_EXTENSION]?.info.mark;
  return mark === undefined ? undefined : createHash("sha256").update(mark).digest("hex");
}
