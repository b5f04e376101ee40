// biome-ignore-all lint/suspicious/noConsole: a command-line program
// Batch statistics over CSV files: reads every *.csv in /in, writes /out/summary.json and /out/summary.md.
// Exit status: 0 done, 2 bad input or settings, 1 anything else.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { meanInterval } from "./bootstrap.mjs";
import { CsvError } from "./CsvError.mjs";
import { openCheckpoint } from "./checkpoint.mjs";
import { parseCsv } from "./parseCsv.mjs";
import { canonicalJson, markdown } from "./report.mjs";
import { describe, readNumbers } from "./statistics.mjs";

const input = process.env.INPUT_DIR ?? "/in";
const output = process.env.OUTPUT_DIR ?? "/out";
const seed = process.env.SEED ?? "gristmill";
const PROGRESS_INTERVAL_MS = 500;

// As a container's first process this program gets no default handling of signals.
for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) process.once(signal, () => process.exit(143));

class SettingsError extends Error {}

function readResamples() {
  const text = process.env.RESAMPLES ?? "35000";
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 10_000_000) {
    throw new SettingsError(`RESAMPLES is ${JSON.stringify(text)}; it should be a whole number from 1 to 10000000`);
  }
  return value;
}

/**
 * @param {string} name
 * @param {Float64Array} values
 * @param {number} resamples
 * @param {string} columnSeed
 */
async function interval(name, values, resamples, columnSeed) {
  const work = meanInterval(values, resamples, columnSeed);
  let reported = performance.now();
  let rested = reported;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    const now = performance.now();
    if (now - rested > 50) {
      await breathe(); // Signals are delivered only between turns.
      rested = now;
    }
    if (now - reported < PROGRESS_INTERVAL_MS) continue;
    console.log(`column ${name}: ${Math.floor((100 * step.value) / resamples)}% of ${resamples} resamples`);
    reported = now;
  }
}

async function main() {
  const resamples = readResamples();
  const names = readdirSync(input, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith(".csv"))
    .map((entry) => entry.name)
    .sort();
  if (names.length === 0) throw new SettingsError(`there is no .csv file in ${input}`);

  // All files are read before the long work begins: a bad one should cost nothing.
  const tables = names.map((file) => ({ file, table: parseCsv(readFileSync(join(input, file)), file) }));
  const checkpoint = openCheckpoint(process.env.GRISTMILL_CHECKPOINT);
  if (checkpoint.size > 0)
    console.log(`going on where an earlier machine stopped: ${checkpoint.size} columns are done`);
  // Without a prototype: a file or column may be named "__proto__".
  /** @type {Record<string, import("./report.mjs").FileSummary>} */
  const files = Object.create(null);
  for (const { file, table } of tables) {
    console.log(`${file}: ${table.rows.length} rows, ${table.header.length} columns`);
    /** @type {import("./report.mjs").FileSummary} */
    const summary = { rows: table.rows.length, columns: Object.create(null), textColumns: [] };
    for (const [index, name] of table.header.entries()) {
      const numbers = readNumbers(table.rows.map(({ cells }) => cells[index] ?? ""));
      if (!numbers) {
        summary.textColumns.push(name);
        continue;
      }
      const { values, missing } = numbers;
      const columnSeed = `${seed}\n${file}\n${name}`;
      const key = `${resamples}\n${columnSeed}`;
      const mean95 = checkpoint.find(key) ?? (await interval(name, values, resamples, columnSeed));
      checkpoint.note(key, mean95);
      summary.columns[name] = { ...describe(values), missing, mean95 };
      console.log(`column ${name}: done`);
    }
    files[file] = summary;
  }
  const result = {
    method: {
      quartiles: "linear interpolation between order statistics (Hyndman-Fan type 7)",
      standardDeviation: "sample (n - 1)",
      mean95: "percentile bootstrap, 95%",
      resamples,
      seed,
    },
    files,
  };
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, "summary.json"), `${canonicalJson(result)}\n`);
  writeFileSync(join(output, "summary.md"), markdown(result));
  console.log(`wrote summary.json and summary.md for ${names.length} ${names.length === 1 ? "file" : "files"}`);
}

try {
  await main();
} catch (error) {
  const bad = error instanceof CsvError || error instanceof SettingsError;
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = bad ? 2 : 1;
}
