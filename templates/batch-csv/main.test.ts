import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "batch-csv-"));
  mkdirSync(join(folder, "in"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(files: Record<string, string | Buffer>, env: Record<string, string> = {}) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, "in", name), content);
  const result = spawnSync(process.execPath, [join(import.meta.dirname, "main.mjs")], {
    encoding: "utf8",
    env: { INPUT_DIR: join(folder, "in"), OUTPUT_DIR: join(folder, "out"), RESAMPLES: "200", ...env },
  });
  const output = (name: string) => readFileSync(join(folder, "out", name), "utf8");
  return { ...result, output };
}

describe("batch-csv", () => {
  it("gives the figures that a person gets with pencil and paper", () => {
    const { status, output } = run({ "a.csv": "name,size\none,2\ntwo,4\nthree,\nfour,4\nfive,10\n" });
    expect(status).toBe(0);
    const { rows, columns, textColumns } = JSON.parse(output("summary.json")).files["a.csv"];
    expect(rows).toBe(5);
    expect(textColumns).toEqual(["name"]);
    // 2, 4, 4, 10: mean 20/4; squared distances 9 + 1 + 1 + 25 = 36, over 3; quartiles at positions 0.75, 1.5, 2.25.
    expect(columns.size).toMatchObject({
      count: 4,
      missing: 1,
      min: 2,
      max: 10,
      mean: 5,
      standardDeviation: Math.sqrt(12),
    });
    expect(columns.size.quartiles).toEqual({ q1: 3.5, median: 4, q3: 5.5 });
    expect(columns.size.mean95.low).toBeGreaterThanOrEqual(2);
    expect(columns.size.mean95.high).toBeLessThanOrEqual(10);
    expect(columns.size.mean95.low).toBeLessThan(5);
    expect(columns.size.mean95.high).toBeGreaterThan(5);
    expect(output("summary.md")).toMatch(/\| size \| 4 \| 1 \| 2 \| 3\.5 \| 4 \| 5\.5 \| 10 \| 5 \|/);
  });

  it("gives the same bytes twice, so that two nodes' outputs can be compared by hash", () => {
    const files = { "a.csv": "x,y\n1,5\n2,6\n3,7\n" };
    const first = run(files).output("summary.json");
    expect(run(files).output("summary.json")).toBe(first);
    expect(run(files, { SEED: "another" }).output("summary.json")).not.toBe(first);
  });

  it("goes on from the columns that another machine finished, and gives the same bytes", () => {
    const files = { "a.csv": "x,y\n1,5\n2,6\n3,7\n" };
    const whole = run(files).output("summary.json");
    const state = join(folder, "state");
    const env = { GRISTMILL_CHECKPOINT: state };
    expect(run(files, env).output("summary.json")).toBe(whole);
    const saved = JSON.parse(readFileSync(state, "utf8"));
    const [key = ""] = Object.keys(saved);
    expect(key).toBe("200\ngristmill\na.csv\nx");
    // Told apart by a figure that no computation gives.
    writeFileSync(state, JSON.stringify({ [key]: { low: -1, high: 7 } }));
    const again = run(files, env);
    expect(again.stdout).toMatch(/going on where an earlier machine stopped: 1 column/);
    expect(JSON.parse(again.output("summary.json")).files["a.csv"].columns.x.mean95).toEqual({ low: -1, high: 7 });
    // What a machine left that is no such state costs time, nothing else.
    for (const broken of ["{", JSON.stringify({ [key]: { low: "cheap" } }), "[null]"]) {
      writeFileSync(state, broken);
      expect(run(files, env).output("summary.json")).toBe(whole);
    }
  });

  it("reads quoted cells, Windows line ends, a byte order mark and a missing last line end", () => {
    const { output } = run({ "q.csv": '\uFEFF"a, ""b""",n\r\n"two\r\nlines",1\r\n,3' });
    const { rows, columns, textColumns } = JSON.parse(output("summary.json")).files["q.csv"];
    expect({ rows, textColumns, mean: columns.n.mean }).toEqual({ rows: 2, textColumns: ['a, "b"'], mean: 2 });
  });

  it("loses no column to an unusual name", () => {
    const { output } = run({ "p.csv": "__proto__,constructor\n1,2\n3,4\n" });
    expect(Object.keys(JSON.parse(output("summary.json")).files["p.csv"].columns)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });

  it("treats a column with one word in it as text instead of inventing numbers", () => {
    const { output } = run({ "t.csv": "v,w\n1,0x10\nn/a,1\n3,2\n" });
    const { columns, textColumns } = JSON.parse(output("summary.json")).files["t.csv"];
    expect([Object.keys(columns), textColumns]).toEqual([[], ["v", "w"]]);
  });

  it.each([
    ["a row with a cell too few", "a,b\n1,2\n3\n", /^error: bad\.csv, line 3: 1 cells where the header has 2/],
    ["a row with a cell too many, after a cell of two lines", 'a,b\n"1\n",2\n3,4,5\n', /line 4: 3 cells/],
    ["a quote never closed", 'a,b\n1,2\n"3,4\n', /line 3: a quoted cell is opened and never closed/],
    ["text after a closing quote", 'a,b\n"1"x,2\n', /line 2: "x" follows a closing quote/],
    ["a quote inside a cell", 'a,b\n1"2,3\n', /line 2: a quote inside the unquoted cell/],
    ["two columns of one name", "a,a\n1,2\n", /line 1: two columns are named "a"/],
    ["a column without a name", "a,\n1,2\n", /line 1: column 2 has no name/],
    ["an empty file", "", /line 1: the file is empty/],
    ["a binary file", Buffer.from([0xff, 0xfe, 0x00]), /line 1: the file is not UTF-8 text/],
    ["a zero byte", "a\n1\n\0\n", /line 3: a zero byte/],
  ])("names file and line for %s, and writes nothing", (_, content, message) => {
    const { status, stderr } = run({ "good.csv": "a\n1\n", "bad.csv": content });
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(() => readFileSync(join(folder, "out", "summary.json"))).toThrow();
  });

  it("says so when there is nothing to read, or a setting is not a number", () => {
    expect(run({ "notes.txt": "hello" })).toMatchObject({ status: 2, stderr: expect.stringContaining("no .csv file") });
    const bad = run({ "a.csv": "a\n1\n" }, { RESAMPLES: "many" });
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringContaining('RESAMPLES is "many"') });
  });
});
