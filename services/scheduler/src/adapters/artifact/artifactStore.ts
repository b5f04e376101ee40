import type { Readable } from "node:stream";
import type { Artifact } from "@gristmill/shared/heartbeat/nodeMessages";

/** Bytes by their sha256: inputs of jobs and what nodes deliver. Stored content never changes and cannot be listed. */
export interface ArtifactStore {
  /**
   * Stores what the stream holds; storing the same content twice keeps one copy.
   * @throws BaseError `artifact_too_large`
   */
  put(content: AsyncIterable<Uint8Array>): Promise<Artifact>;
  /** Undefined: not stored here. */
  open(sha256: string): Promise<{ bytes: number; content: Readable } | undefined>;
  /** Size in bytes; undefined: not stored here. */
  bytesOf(sha256: string): Promise<number | undefined>;
}
