import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyCheckpoint, saveCheckpoints } from "./checkpoints.ts";
import type { LeaseContext } from "./leasePorts.ts";

let folder: string;
const state = () => join(folder, "out", ".checkpoint");
const copy = (maxBytes = 1000, last?: string) =>
  copyCheckpoint(join(folder, "out"), join(folder, "copy"), maxBytes, last);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gristmill-checkpoint-"));
  mkdirSync(join(folder, "out"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("copies each state once, whole", async () => {
  expect(await copy()).toBeUndefined();
  writeFileSync(state(), "step 1");
  const first = await copy();
  expect(first?.bytes).toBe(6);
  expect(readFileSync(join(folder, "copy"), "utf8")).toBe("step 1");
  expect(await copy(1000, first?.version)).toBeUndefined();
  writeFileSync(`${state()}.new`, "step 2");
  renameSync(`${state()}.new`, state());
  expect(await copy(1000, first?.version)).toMatchObject({ bytes: 6 });
  expect(readFileSync(join(folder, "copy"), "utf8")).toBe("step 2");
});

it("takes nothing that could lead out of the workload's folder, hang the node or fill its disk", async () => {
  writeFileSync(join(folder, "secret"), "of the machine");
  symlinkSync(join(folder, "secret"), state());
  expect(await copy()).toBeUndefined();
  rmSync(state());
  mkdirSync(state());
  expect(await copy()).toBeUndefined();
  rmSync(state(), { recursive: true });
  execFileSync("mkfifo", [state()]);
  expect(await copy()).toBeUndefined();
  rmSync(state());
  writeFileSync(state(), "x".repeat(1001));
  expect(await copy()).toBeUndefined();
});

it("leaves a file alone that is written while it is read", async () => {
  writeFileSync(state(), Buffer.alloc(8_000_000));
  const copying = copy(100_000_000);
  const writing = setInterval(() => appendFileSync(state(), "more"), 0);
  expect(await copying.finally(() => clearInterval(writing))).toBeUndefined();
});

it("an engine that goes away under the container is the lease's trouble, and not the end of the agent", async () => {
  const accepted = { leaseId: "0x00", workload: { checkpoint: { everySeconds: 5 }, maxOutputMiB: 1 } };
  const clock = { sleep: () => new Promise(() => undefined) };
  const context = { journal: { record: { accepted } }, ports: { clock }, dirs: {} } as unknown as LeaseContext;
  await saveCheckpoints(context, Promise.reject(new Error("the engine is away")));
});
