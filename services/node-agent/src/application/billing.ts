import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Hex, zeroHash } from "viem";
import { billableTicks } from "../domain/metering.ts";
import type { ChainReceipt, LeaseJournal, MarketChain, Reporter, SchedulerLink, UsageProverPort } from "./ports.ts";
import type { ProofQueue } from "./proofQueue.ts";

export interface BillingPorts {
  journal: LeaseJournal;
  chain: MarketChain;
  link: Pick<SchedulerLink, "receipt">;
  prover: UsageProverPort;
  proofs: ProofQueue;
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
  const { journal, chain, prover, proofs, link, report } = ports;
  const { accepted } = journal.record;
  const receipt = journal.record.receipts.get(sequence);
  if (receipt === undefined) throw new Error(`no receipt ${sequence} to bill`);
  const { leaseId, payee, terms } = accepted;
  let proven = receipt.proven;
  if (proven === undefined) {
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
    proven = { type: "proven", sequence, proof, proveMs };
    journal.append(proven);
    report.step("proof", `seconds ${receipt.from} to ${receipt.to} proven in ${(proveMs / 1000).toFixed(1)} s`, {
      leaseId,
      peakRssMiB: Math.round(peakRssBytes / 1_048_576),
    });
  }
  const { from, to, head, output, last, nodeSignature, notarySignature } = receipt;
  let txHash = receipt.captured?.txHash;
  if (txHash === undefined) {
    txHash = await chain.capture({
      terms,
      receipt: { leaseId, sequence, from, to, head, output: output as Hex, last },
      nodeSignature,
      notarySignature,
      proof: proven.proof,
    });
    journal.append({ type: "captured", sequence, txHash });
    report.step("captured", `${to - from} s captured on chain${last ? ", lease closed" : ""}`, { leaseId, txHash });
  }
  const { proof, proveMs } = proven;
  link.receipt({
    ...{ leaseId, sequence, from, to, last, output, nodeSignature, notarySignature, proveMs, txHash },
    head: head.toString(),
    proof: toWire(proof),
  });
}
