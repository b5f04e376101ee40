import { readFileSync, renameSync, writeFileSync } from "node:fs";

const SAVE_INTERVAL_MS = 1000;

/** @typedef {{ low: number, high: number }} Interval */

/**
 * The intervals that are computed already, in the file from which another machine goes on.
 *
 * @param {string | undefined} path - where the node looks for it; undefined: nothing is saved
 */
export function openCheckpoint(path) {
  const done = readDone(path);
  let savedAt = Number.NEGATIVE_INFINITY;
  return {
    size: done.size,
    /** @param {string} key @returns {Interval | undefined} */
    find: (key) => done.get(key),
    /** @param {string} key @param {Interval} interval */
    note(key, interval) {
      done.set(key, interval);
      if (path === undefined || performance.now() - savedAt < SAVE_INTERVAL_MS) return;
      // A reader sees the old file or the new one, never half of it.
      writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(done)));
      renameSync(`${path}.new`, path);
      savedAt = performance.now();
    },
  };
}

/** Another machine wrote it: what does not look like an interval is computed anew. @param {string | undefined} path */
function readDone(path) {
  /** @type {Map<string, Interval>} */
  const done = new Map();
  if (path === undefined) return done;
  try {
    for (const [key, value] of Object.entries(JSON.parse(readFileSync(path, "utf8")))) {
      const { low, high } = value ?? {};
      if (Number.isFinite(low) && Number.isFinite(high)) done.set(key, { low, high });
    }
  } catch {
    // There is none, or none that can be read: the work begins anew.
  }
  return done;
}
