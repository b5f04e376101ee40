import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Hex, zeroHash } from "viem";
import type { ReceiptRecord } from "../domain/leaseRecord.ts";
import { billableTicks } from "../domain/metering.ts";
import type { CaptureQueue } from "./captureQueue.ts";
import type { ChainReceipt, LeaseJournal, MarketChain, Reporter, SchedulerLink, UsageProverPort } from "./ports.ts";
import type { ProofQueue } from "./proofQueue.ts";

export interface BillingPorts {
  journal: LeaseJournal;
  chain: MarketChain;
  link: Pick<SchedulerLink, "receipt">;
  prover: UsageProverPort;
  proofs: ProofQueue;
  captures: CaptureQueue;
  report: Reporter;
}

/**
 * Signs the open receipt over its countersigned ticks.
 * @param output the output commitment for the last receipt, undefined before
 * @param limit seconds past which the chain bills nothing (a lease that was ended early)
 * @returns false when there is no countersigned tick to sign over
 */
export async function sealReceipt(
  { journal, chain }: Pick<BillingPorts, "journal" | "chain">,
  { output, nextFrom, limit }: { output: Hex | undefined; nextFrom: number; limit: number },
): Promise<boolean> {
  const { accepted, open } = journal.record;
  const end = billableTicks(open.ticks, limit).at(-1);
  if (end === undefined) return false;
  const receipt: ChainReceipt = {
    leaseId: accepted.leaseId,
    sequence: open.sequence,
    from: open.from,
    to: end.to,
    head: end.head,
    output: output ?? zeroHash,
    last: output !== undefined,
  };
  const nodeSignature = await chain.signReceipt(receipt);
  const { leaseId: _leaseId, ...fields } = receipt;
  journal.append({ type: "receipt", ...fields, nodeSignature, notarySignature: end.signature, nextFrom });
  return true;
}

/** Proves and captures one sealed receipt; does what is left of it when it was begun before a crash. */
export async function billReceipt(ports: BillingPorts, sequence: number, signal?: AbortSignal): Promise<void> {
  await prove(ports, sequence, signal);
  await capture(ports, sequence);
}

/**
 * All receipts of an ended lease that are not captured yet: proven one after another, then captured together.
 * @throws what kept the first of them back
 */
export async function billReceipts(ports: BillingPorts, signal?: AbortSignal): Promise<void> {
  const waiting = [...ports.journal.record.receipts].filter(([, { captured }]) => captured === undefined);
  for (const [sequence] of waiting) await prove(ports, sequence, signal);
  const results = await Promise.allSettled(waiting.map(([sequence]) => capture(ports, sequence)));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function receiptOf({ journal }: BillingPorts, sequence: number): ReceiptRecord {
  const receipt = journal.record.receipts.get(sequence);
  if (receipt === undefined) throw new Error(`no receipt ${sequence} to bill`);
  return receipt;
}

async function prove(ports: BillingPorts, sequence: number, signal?: AbortSignal): Promise<void> {
  const { journal, chain, prover, proofs, report } = ports;
  const receipt = receiptOf(ports, sequence);
  if (receipt.proven !== undefined) return;
  const { leaseId, payee, terms } = journal.record.accepted;
  const origin = tickOrigin({ chainId: chain.chainId, market: chain.market, leaseId, payee, sequence });
  const input = usageWitness({
    origin,
    context: tickContext(origin, receipt.output as Hex),
    from: receipt.from,
    ticks: receipt.ticks.map(({ to, sample }) => ({ elapsed: to, sample })),
  });
  const { proof, proveMs, peakRssBytes } = await proofs.run({
    deadline: terms.captureDeadline,
    make: () => prover.prove(input, signal),
    ...(signal && { signal }),
  });
  journal.append({ type: "proven", sequence, proof, proveMs });
  report.step("proof", `seconds ${receipt.from} to ${receipt.to} proven in ${(proveMs / 1000).toFixed(1)} s`, {
    leaseId,
    peakRssMiB: Math.round(peakRssBytes / 1_048_576),
  });
}

async function capture(ports: BillingPorts, sequence: number): Promise<void> {
  const { journal, captures, link, report } = ports;
  const { leaseId, terms } = journal.record.accepted;
  const receipt = receiptOf(ports, sequence);
  const { from, to, head, output, last, nodeSignature, notarySignature, proven } = receipt;
  if (proven === undefined) throw new Error(`receipt ${sequence} is not proven`);
  const { proof, proveMs } = proven;
  let txHash = receipt.captured?.txHash;
  if (txHash === undefined) {
    txHash = await captures.capture({
      terms,
      receipt: { leaseId, sequence, from, to, head, output: output as Hex, last },
      nodeSignature,
      notarySignature,
      proof,
    });
    journal.append({ type: "captured", sequence, txHash });
    report.step("captured", `${to - from} s captured on chain${last ? ", lease closed" : ""}`, { leaseId, txHash });
  }
  link.receipt({
    ...{ leaseId, sequence, from, to, last, output, nodeSignature, notarySignature, proveMs, txHash },
    head: head.toString(),
    proof: toWire(proof),
  });
}
