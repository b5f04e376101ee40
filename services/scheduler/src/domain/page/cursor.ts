import { createHash } from "node:crypto";
import { z } from "zod";

/** Numbers and ids of 32 bytes: a forged cursor holds nothing that its reader could choke on. */
const partSchema = z.string().regex(/^(-?\d{1,80}|0x[0-9a-f]{64})$/);
const cursorSchema = z.tuple([z.string(), z.array(partSchema).min(1).max(4)]);

/**
 * Where a page ended, as a text that only means something with the same list and filters. It carries its own check and no secret:
 * whoever forges one could as well have asked for that place.
 * @param list names the list and everything that decides what is on it
 */
export function encodeCursor(list: string, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([checkOf(list, position), position])).toString("base64url");
}

/** Undefined: not a cursor of this list. */
export function decodeCursor(list: string, cursor: string): string[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  const { data } = cursorSchema.safeParse(parsed);
  if (data === undefined) return undefined;
  const [check, position] = data;
  return check === checkOf(list, position) ? position : undefined;
}

function checkOf(list: string, position: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([list, position]))
    .digest("base64url")
    .slice(0, 16);
}
