import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const KEEP = 3;
const savedSchema = z.object({ block: z.looseObject({}), accounts: z.looseObject({}) });

/** One saved state of the development chain. */
export type SavedState = {
  /** JSON file that anvil's `--load-state` reads. */
  file: string;
  /** How far chain time was ahead of the clock, in seconds. anvil forgets it. */
  aheadSeconds: number;
};

/** A name sorts by age and says how far chain time was ahead: `0000000012.0000086400.json` is the 12th state saved. */
const NAME = /^(\d{10})\.(\d{10})\.json$/;

function saved(folder: string): { number: number; aheadSeconds: number; file: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match ? [{ number: Number(match[1]), aheadSeconds: Number(match[2]), file: join(folder, name) }] : [];
    })
    .sort((a, b) => b.number - a.number);
}

/** The newest state that is whole, or `undefined`. */
export function newestState(folder: string): SavedState | undefined {
  return saved(folder).find(({ file }) => {
    try {
      return savedSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).success;
    } catch {
      return false;
    }
  });
}

/**
 * Saves what `anvil_dumpState` answered so that a crash at any moment leaves a whole file: written beside, synced, renamed.
 * The last three stay.
 *
 * @param dump - hexadecimal string of gzipped JSON
 */
export function saveState(folder: string, dump: string, aheadSeconds: number): void {
  mkdirSync(folder, { recursive: true });
  const older = saved(folder);
  const number = (older[0]?.number ?? 0) + 1;
  const ahead = Math.max(0, Math.round(aheadSeconds));
  const file = join(folder, `${String(number).padStart(10, "0")}.${String(ahead).padStart(10, "0")}.json`);
  const temporary = `${file}.new`;
  const handle = openSync(temporary, "w", 0o600);
  try {
    writeSync(handle, gunzipSync(Buffer.from(dump.slice(2), "hex")));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  for (const { file: old } of older.slice(KEEP - 1)) rmSync(old, { force: true });
}
