import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import type { ArtifactStore } from "../../application/ports.ts";
import type { SchedulerSession } from "./schedulerSession.ts";

const IDLE_MS = 300_000;

/** Inputs and outputs by content hash, at the scheduler of the market: no other host is ever asked. */
export function artifactStore(schedulerUrl: string, session: SchedulerSession): ArtifactStore {
  const own = new URL("/v1/artifacts", schedulerUrl).href;
  return {
    async fetch(leaseId, artifactsUrl, sha256, bytes, file) {
      // The scheduler names the place; a node that follows it anywhere could be pointed at its own network.
      if (new URL(artifactsUrl).origin !== new URL(schedulerUrl).origin) {
        throw new BaseError(
          "input_missing",
          `inputs must come from ${schedulerUrl}, not from ${new URL(artifactsUrl).origin}`,
        );
      }
      const url = `${artifactsUrl.replace(/\/$/, "")}/${sha256}?lease=${leaseId}`;
      const response = await session.send(url, () => ({ signal: AbortSignal.timeout(IDLE_MS) }));
      if (!response.ok || response.body === null) {
        throw new BaseError(
          "input_missing",
          `the scheduler has no input ${sha256.slice(0, 12)}… (answer ${response.status})`,
        );
      }
      const hash = createHash("sha256");
      let seen = 0;
      const check = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          seen += chunk.length;
          hash.update(chunk);
          // Stops at the first byte too many: the size was agreed in the terms.
          if (seen > bytes)
            done(new BaseError("artifact_corrupt", `input ${sha256.slice(0, 12)}… is bigger than ${bytes} bytes`));
          else done(null, chunk);
        },
      });
      const part = `${file}.part`;
      try {
        await pipeline(Readable.fromWeb(response.body), check, createWriteStream(part, { mode: 0o600 }));
        if (seen !== bytes || hash.digest("hex") !== sha256) {
          throw new BaseError("artifact_corrupt", `input ${sha256.slice(0, 12)}… is not what its hash and size say`);
        }
        await rename(part, file);
      } finally {
        await rm(part, { force: true });
      }
    },
    async store(leaseId, content, as = "output") {
      const bytes = "text" in content ? Buffer.byteLength(content.text) : content.bytes;
      let hash = createHash("sha256");
      // Called again when the session was over: a stream can be sent once only.
      const body = (): string | ReadableStream => {
        hash = createHash("sha256");
        if ("text" in content) {
          hash.update(content.text);
          return content.text;
        }
        const file = createReadStream(content.file);
        file.on("data", (chunk) => hash.update(chunk));
        return Readable.toWeb(file);
      };
      const headers = { "content-type": "application/octet-stream", "content-length": String(bytes) };
      const place = `${own}?lease=${leaseId}${as === "checkpoint" ? "&as=checkpoint" : ""}`;
      const response = await session.send(place, () => {
        const signal = AbortSignal.timeout(IDLE_MS);
        return { method: "POST", headers, body: body(), duplex: "half", signal } as RequestInit;
      });
      if (!response.ok) {
        // Only a size is the output's own fault.
        const retryable = response.status !== 413;
        throw new BaseError(
          retryable ? "internal" : "artifact_too_large",
          `the scheduler refused ${as === "checkpoint" ? "a checkpoint" : "an output"} (answer ${response.status})`,
        );
      }
      const stored = artifactSchema.parse(await response.json());
      if (stored.sha256 !== hash.digest("hex") || stored.bytes !== bytes) {
        throw new BaseError("artifact_corrupt", "the scheduler stored something else than what was sent");
      }
      return stored;
    },
  };
}
