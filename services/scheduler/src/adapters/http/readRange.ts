/** First and last byte of a part of some content, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The part that a `Range` header asks for (RFC 9110, section 14). "whole": none, one that may be ignored, or several parts at
 * once, which nobody needs of one file. "none": the content has no such part.
 * @param bytes of the whole content
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | "whole" | "none" {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") {
    const length = Math.min(Number(last), bytes);
    return length === 0 ? "none" : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "whole";
  if (start >= bytes) return "none";
  return { start, end: last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1) };
}
