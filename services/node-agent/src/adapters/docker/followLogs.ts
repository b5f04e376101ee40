import type { Readable } from "node:stream";
import type { LogStream } from "../../application/ports.ts";
import { lineSplitter } from "../lineSplitter.ts";

const HEADER_BYTES = 8;

/** Takes the engine's multiplexed log stream apart (8-byte headers: stream, 3 zeros, length). Waits for the reader. */
export async function followLogs(
  stream: Readable,
  onLine: (stream: LogStream, text: string) => Promise<void>,
): Promise<void> {
  const splitters = { stdout: lineSplitter(), stderr: lineSplitter() };
  let buffer: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    buffer = buffer.length === 0 ? (chunk as Buffer) : Buffer.concat([buffer, chunk as Buffer]);
    while (buffer.length >= HEADER_BYTES) {
      const length = buffer.readUInt32BE(4);
      if (buffer.length < HEADER_BYTES + length) break;
      const name = buffer[0] === 2 ? "stderr" : "stdout";
      for (const line of splitters[name].push(buffer.subarray(HEADER_BYTES, HEADER_BYTES + length)))
        await onLine(name, line);
      buffer = buffer.subarray(HEADER_BYTES + length);
    }
  }
  for (const name of ["stdout", "stderr"] as const) for (const line of splitters[name].end()) await onLine(name, line);
}
