/** Bytes of known length that can be gone through more than once: first to hash, then to write. */
export type Content = { size: number; chunks(): Iterable<Uint8Array> };

export type TarEntry = {
  /** Relative, with `/`; a folder's without the last one. At most 100 bytes. */
  path: string;
  /** Permission bits. */
  mode: number;
  /** Absent: a folder. */
  content?: Content;
};

const BLOCK = 512;

/** Bytes in memory as {@link Content}. */
export function contentOf(bytes: Uint8Array | string): Content {
  const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return { size: buffer.length, chunks: () => [buffer] };
}

/** A POSIX ustar header. Owner root and the time 0, so that the same files always give the same archive. */
function header({ path, mode, content }: TarEntry): Buffer {
  const name = content ? path : `${path}/`;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`The path is too long for this archive: ${name}`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${(content?.size ?? 0).toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148); // The checksum counts its own field as spaces.
  block.write(content ? "0" : "5", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  const checksum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

/**
 * A tar archive, sorted by path and equal bit for bit whenever the files are.
 *
 * @throws {RangeError} for a path over 100 bytes
 */
export function tar(entries: readonly TarEntry[]): Content {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const size = sorted.reduce(
    (total, { content }) => total + BLOCK + (content ? content.size + padding(content.size) : 0),
    2 * BLOCK,
  );
  return {
    size,
    *chunks() {
      for (const entry of sorted) {
        yield header(entry);
        if (!entry.content) continue;
        yield* entry.content.chunks();
        yield Buffer.alloc(padding(entry.content.size));
      }
      yield Buffer.alloc(2 * BLOCK);
    },
  };
}
