import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { afterAll, expect, test } from "vitest";
import type { JournalEntry } from "../../domain/journalEntry.ts";
import { nextStep } from "../../domain/nextStep.ts";
import { journalFile, openLeaseJournal } from "./leaseJournal.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-journal-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const [address, hash] = [`0x${"1".repeat(40)}` as const, `0x${"2".repeat(64)}` as const];
const leaseId = leaseIdSchema.parse(hash);
const accepted: Extract<JournalEntry, { type: "accepted" }> = {
  ...{
    type: "accepted",
    leaseId,
    artifactsUrl: "http://127.0.0.1:1",
    payee: address,
    pricePerSecond: 5n,
    maxSeconds: 60,
  },
  workload: workloadSchema.parse({ image: `a@sha256:${"a".repeat(64)}`, maxSeconds: 60 }),
  terms: termsSchema.parse({
    ...{
      buyer: address,
      refundTo: address,
      salt: hash,
      token: address,
      cap: "1",
      pricePerSecondCap: "1",
      workload: hash,
    },
    ...{ scheduler: address, notary: address, maxLeases: 1, feeBps: 0, feeRecipient: address },
    requirements: { gpuClass: hash, gpuCount: 0, minMemoryBytes: "0", region: "0x0000" },
    ...{ leaseEnd: 10, captureDeadline: 20, claimDeadline: 30, reclaimAt: 40 },
  }),
};
const field = 21888242871839275222246405745257275088548364400416034343698204186575808495616n;
const tick = (to: number): JournalEntry => ({
  ...{ type: "tick", sequence: 0, from: 0, to, sample: field, head: field - BigInt(to), blind: hash },
  samples: { cpuMs: 1, memoryBytes: 2, gpuPercent: null },
});
const life: JournalEntry[] = [
  { type: "started", startedAt: 100, anchorMs: 5000, txHash: hash },
  tick(1),
  { type: "countersigned", sequence: 0, to: 1, signature: "0x01" },
  tick(2),
  { type: "countersigned", sequence: 0, to: 2, signature: "0x02" },
  { type: "exited", exitCode: 0, detail: "" },
  { type: "output", manifest: { version: 1, exitCode: 0, files: [] }, commitment: hash },
  {
    ...{ type: "receipt", sequence: 0, from: 0, to: 2, head: field - 2n, output: hash, last: true, nextFrom: 60 },
    ...{ nodeSignature: "0x03", notarySignature: "0x02" },
  },
  {
    type: "proven",
    sequence: 0,
    proveMs: 5,
    proof: {
      a: [field, 1n],
      b: [
        [1n, 2n],
        [3n, 4n],
      ],
      c: [5n, field],
    },
  },
  { type: "captured", sequence: 0, txHash: hash },
];

test("wherever a node dies, its journal gives back exactly what was written, and a torn line costs that line only", () => {
  for (let cut = 0; cut <= life.length; cut++) {
    const file = journalFile(dir, `0x${cut}`);
    const journal = openLeaseJournal(file, accepted);
    for (const entry of life.slice(0, cut)) journal.append(entry);
    const before = journal.record;
    journal.close();
    appendFileSync(file, '{"type":"countersigned","sequ');
    const again = openLeaseJournal(file);
    expect(again.record).toEqual(before);
    // Going on after a torn line must not glue two lines together.
    const next = life[cut];
    if (next) again.append(next);
    const after = again.record;
    again.close();
    const third = openLeaseJournal(file);
    expect(third.record).toEqual(after);
    third.close();
  }
});

test("after a crash the next step is the one that was not written down as done", () => {
  const file = journalFile(dir, "0xsteps");
  const journal = openLeaseJournal(file, accepted);
  const steps = [nextStep(journal.record, "absent", "run")];
  for (const entry of life) {
    journal.append(entry);
    steps.push(nextStep(journal.record, journal.record.exited ? "absent" : "running", "run"));
  }
  journal.close();
  expect(steps).toEqual([
    ...["prepare", "meter", "meter", "meter", "meter", "meter"],
    ...["collect", "seal", "bill", "bill", "done"],
  ]);
});

test("damage in the middle stops the lease instead of billing from half a journal", () => {
  const file = journalFile(dir, "0xdamaged");
  const journal = openLeaseJournal(file, accepted);
  for (const entry of life.slice(0, 3)) journal.append(entry);
  journal.close();
  const lines = readFileSync(file, "utf8").split("\n");
  lines[2] = "{}";
  writeFileSync(file, lines.join("\n"));
  expect(() => openLeaseJournal(file)).toThrow(/line 3/);
});

test("a countersignature for a tick that was never sent is not taken", () => {
  const journal = openLeaseJournal(journalFile(dir, "0xforged"), accepted);
  expect(() => journal.append({ type: "countersigned", sequence: 0, to: 9, signature: "0x01" })).toThrow(/not sent/);
  journal.close();
});
