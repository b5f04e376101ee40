import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBn128, type Curve } from "ffjavascript";
import { powersOfTau } from "snarkjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BEACON_ITERATIONS_EXP } from "./beaconRng.ts";
import { DEVELOPMENT_NAME, developmentPowersOfTau } from "./developmentPowersOfTau.ts";
import { DEVELOPMENT_BEACON } from "./developmentTau.ts";

let curve: Curve;
let directory: string;
beforeAll(async () => {
  curve = await buildBn128();
  directory = mkdtempSync(join(tmpdir(), "gristmill-ptau-"));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await curve.terminate();
});

test("is byte for byte what snarkjs itself makes from the same seed", async () => {
  const file = (name: string) => join(directory, name);
  await powersOfTau.newAccumulator(curve, 3, file("new"));
  await powersOfTau.beacon(file("new"), file("beacon"), DEVELOPMENT_NAME, DEVELOPMENT_BEACON, BEACON_ITERATIONS_EXP);
  await powersOfTau.preparePhase2(file("beacon"), file("prepared"));

  const ours = Buffer.from(await developmentPowersOfTau(curve, 3));
  expect(ours.equals(readFileSync(file("prepared")))).toBe(true);
});

test("passes snarkjs' verification, and says in the file that it is for development only", async () => {
  const path = join(directory, "7.ptau");
  writeFileSync(path, await developmentPowersOfTau(curve, 7));
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  expect(await powersOfTau.verify(path, { debug: log, info: log, warn: log, error: log })).toBe(true);
  expect(lines.join("\n")).toContain("DEVELOPMENT ONLY");
});
