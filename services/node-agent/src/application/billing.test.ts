import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import type { Hex } from "viem";
import { afterAll, expect, test } from "vitest";
import { journalFile, openLeaseJournal } from "../adapters/journal/leaseJournal.ts";
import type { JournalEntry, Proof } from "../domain/journalEntry.ts";
import { type BillingPorts, billReceipt } from "./billing.ts";
import { createCaptureQueue } from "./captureQueue.ts";
import type { Capture } from "./ports.ts";
import { createProofQueue } from "./proofQueue.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-billing-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const [address, hash] = [`0x${"1".repeat(40)}` as const, `0x${"2".repeat(64)}` as const];
const proof: Proof = {
  a: [1n, 2n],
  b: [
    [3n, 4n],
    [5n, 6n],
  ],
  c: [7n, 8n],
};

/** The journal of a lease that ended with one signed receipt of a tick, to be captured before `deadline`. */
function journalOf(digit: string, deadline: number) {
  const leaseId = leaseIdSchema.parse(`0x${digit.repeat(64)}`);
  const parties = { buyer: address, refundTo: address, token: address, scheduler: address, notary: address };
  const terms = termsSchema.parse({
    ...{ ...parties, salt: hash, cap: "1", pricePerSecondCap: "1", workload: hash, maxLeases: 1, feeBps: 0 },
    ...{ feeRecipient: address, leaseEnd: 1, captureDeadline: deadline, claimDeadline: 9_000, reclaimAt: 9_999 },
    requirements: { gpuClass: hash, gpuCount: 0, minMemoryBytes: "0", region: "0x0000" },
  });
  const workload = workloadSchema.parse({ image: `a@sha256:${"a".repeat(64)}`, maxSeconds: 60 });
  const accepted = { artifactsUrl: "http://127.0.0.1:1", payee: address, pricePerSecond: 5n, maxSeconds: 60 } as const;
  const journal = openLeaseJournal(journalFile(dir, leaseId), {
    type: "accepted",
    leaseId,
    terms,
    workload,
    ...accepted,
  });
  const life: JournalEntry[] = [
    { type: "started", startedAt: 100, anchorMs: 5000, txHash: hash },
    {
      ...{ type: "tick", sequence: 0, from: 0, to: 1, sample: 5n, head: 6n, blind: hash },
      samples: { cpuMs: 1, memoryBytes: 2, gpuPercent: null },
    },
    { type: "countersigned", sequence: 0, to: 1, signature: "0x01" },
    { type: "exited", exitCode: 0, detail: "" },
    { type: "output", manifest: { version: 1, exitCode: 0, files: [] }, commitment: hash },
    {
      ...{ type: "receipt", sequence: 0, from: 0, to: 1, head: 6n, output: hash, last: true, nextFrom: 60 },
      ...{ nodeSignature: "0x03", notarySignature: "0x01" },
    },
  ];
  for (const entry of life) journal.append(entry);
  journal.close();
  return leaseId;
}

/** What a process has: a prover, a queue, and a chain that it shares with the next process. */
function agentProcess(prove: (n: number) => Promise<Proof>, captured: Hex[], capacity = 64) {
  let proofs = 0;
  const report = { step: () => undefined, warn: () => undefined };
  const capture = async ({ receipt }: Capture) => {
    captured.push(receipt.leaseId);
    return hash;
  };
  const captureBatch = (captures: readonly Capture[]) => Promise.all(captures.map(capture));
  const ports: Omit<BillingPorts, "journal"> = {
    chain: { chainId: 31_337, market: address } as unknown as BillingPorts["chain"],
    captures: createCaptureQueue({ chain: { capture, captureBatch }, report }),
    link: { receipt: () => undefined },
    prover: { prove: async () => ({ proof: await prove(proofs++), proveMs: 1, peakRssBytes: 1 }) },
    proofs: createProofQueue(capacity),
    report,
  };
  return ports;
}

test("receipts that waited for their proof when the agent died are captured after its restart, each once", async () => {
  const leases = [journalOf("a", 3_000), journalOf("b", 2_000), journalOf("c", 1_000)];
  const captured: Hex[] = [];

  // The first proof is made, then the process dies while the second is under way and the third waits.
  const first = agentProcess((n) => (n === 0 ? Promise.resolve(proof) : new Promise(() => undefined)), captured);
  const journals = leases.map((leaseId) => openLeaseJournal(journalFile(dir, leaseId)));
  const [done] = journals.map((journal) => billReceipt({ ...first, journal }, 0));
  await done;
  expect(first.proofs.state).toMatchObject({ proving: 1, waiting: 1 });
  for (const journal of journals) journal.close();

  const second = agentProcess(() => Promise.resolve(proof), captured);
  const open = leases
    .map((leaseId) => openLeaseJournal(journalFile(dir, leaseId)))
    .filter(({ record }) => record.receipts.get(0)?.captured === undefined);
  await Promise.all(open.map((journal) => billReceipt({ ...second, journal }, 0)));
  expect(captured[0]).toBe(leases[0]);
  expect([...captured].sort()).toEqual([...leases].sort());
});

test("a receipt that a full queue turns away stays in its journal and is billed when there is room", async () => {
  const leases = [journalOf("d", 1_000), journalOf("e", 2_000), journalOf("f", 3_000)];
  const captured: Hex[] = [];
  const ends: (() => void)[] = [];
  const ports = agentProcess(() => new Promise((resolve) => ends.push(() => resolve(proof))), captured, 1);
  const journals = leases.map((leaseId) => openLeaseJournal(journalFile(dir, leaseId)));
  const bill = (index: number) => billReceipt({ ...ports, journal: journals[index] as BillingPorts["journal"] }, 0);
  const [one, two] = [bill(0), bill(1)];
  await expect(bill(2)).rejects.toMatchObject({ code: "too_many_requests", retryable: true });
  expect(journals[2]?.record.receipts.get(0)?.proven).toBeUndefined();
  const until = async (count: number) => {
    while (ends.length < count) await new Promise((resolve) => setImmediate(resolve));
    ends[count - 1]?.();
  };
  await until(1);
  await one;
  const three = bill(2);
  await until(2);
  await until(3);
  await Promise.all([two, three]);
  expect(captured).toEqual(leases);
});
