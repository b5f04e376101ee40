import type { Readable } from "node:stream";
import type { Artifact } from "@gristmill/shared/heartbeat/nodeMessages";
import type { Sha256 } from "@gristmill/shared/ids/ids";

/** Bytes by their sha256: inputs of jobs and what nodes deliver. Stored content never changes and cannot be listed. */
export interface ArtifactStore {
  /**
   * Stores what the stream holds; storing the same content twice keeps one copy.
   * @param beforeKept called when the hash is known and the content is not in its place yet
   * @throws BaseError `artifact_too_large`
   */
  put(content: AsyncIterable<Uint8Array>, beforeKept?: (sha256: Sha256) => Promise<void>): Promise<Artifact>;
  /**
   * Undefined: not stored here.
   * @param part first and last byte of the part that `content` is; absent: all of it
   */
  open(
    sha256: string,
    part?: { start: number; end: number },
  ): Promise<{ bytes: number; content: Readable } | undefined>;
  /** Nothing happens when it is not stored. Downloads that began go on to their end. */
  remove(sha256: string): Promise<void>;
  /** Size in bytes; undefined: not stored here. */
  bytesOf(sha256: string): Promise<number | undefined>;
}
