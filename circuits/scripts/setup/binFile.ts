/** Builds a file in iden3's sectioned binary format (magic, version, then id, length, bytes per section). */
export function encodeBinFile(magic: string, version: number, sections: readonly [id: number, data: Uint8Array][]) {
  const header = new Uint8Array(12);
  header.set(new TextEncoder().encode(magic));
  const view = new DataView(header.buffer);
  view.setUint32(4, version, true);
  view.setUint32(8, sections.length, true);
  const parts: Uint8Array[] = [header];
  for (const [id, data] of sections) {
    const head = new Uint8Array(12);
    const headView = new DataView(head.buffer);
    headView.setUint32(0, id, true);
    headView.setBigUint64(4, BigInt(data.byteLength), true);
    parts.push(head, data);
  }
  return concatBytes(parts);
}

/** Joins byte arrays. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let position = 0;
  for (const part of parts) {
    out.set(part, position);
    position += part.byteLength;
  }
  return out;
}

/** A little-endian word. */
export function uint32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value, true);
  return out;
}
