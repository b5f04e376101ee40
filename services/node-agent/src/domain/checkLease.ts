import type { JobId } from "@gristmill/shared/ids/ids";
import type { Terms } from "@gristmill/shared/job/terms";
import type { Workload } from "@gristmill/shared/job/workload";
import type { LeaseState } from "@gristmill/shared/lease/leaseState";
import { feeOf } from "@gristmill/shared/units/amount";
import { type Address, isAddressEqual, zeroAddress } from "viem";

/** A lease, its job's money and its asset as the chain has them. */
export interface LeaseFacts {
  state: LeaseState;
  jobId: JobId;
  node: Address;
  payee: Address;
  assetNode: Address;
  pricePerSecond: bigint;
  reserved: bigint;
  maxSeconds: number;
  job: { deposited: bigint; reserved: bigint; closed: boolean };
  /** Unix seconds of the newest block. */
  chainTime: number;
  endsAt: number;
}

/** What a scheduler said beside it. */
export interface LeaseHint {
  /** `jobIdOf(terms)`, computed here. */
  termsJobId: JobId;
  terms: Terms;
  /** `workloadHash(workload)`, computed here. */
  workloadHash: string;
  workload: Workload;
}

/** What this node is and has. */
export interface NodeFacts {
  node: Address;
  provider: Address;
  notary: Address;
  cpuCores: number;
  memoryMiB: number;
}

/**
 * Whether this node may work on a lease. The scheduler's word is only a hint: every figure that money hangs on is the
 * chain's.
 * @returns the reason against it, in words; undefined when there is none
 */
export function leaseRefusal(facts: LeaseFacts, hint: LeaseHint, own: NodeFacts): string | undefined {
  if (facts.state === "none") return "the chain has no such lease";
  if (facts.state !== "assigned") return `the lease is ${facts.state} on chain, not assigned`;
  if (!isAddressEqual(facts.node, own.node)) return `the lease is for node ${facts.node}, not for this one`;
  if (!isAddressEqual(facts.assetNode, own.node)) return "the leased asset lives on another node";
  if (!isAddressEqual(facts.payee, own.provider)) {
    return `the lease pays ${facts.payee}, this node works for ${own.provider}`;
  }
  if (facts.jobId !== hint.termsJobId) return "the terms are not those of the lease's job: their hash differs";
  if (hint.terms.workload !== hint.workloadHash) return "the workload is not the one in the terms: its hash differs";
  if (isAddressEqual(hint.terms.notary, zeroAddress))
    return "the terms name no notary, so no tick could be countersigned";
  if (facts.pricePerSecond > hint.terms.pricePerSecondCap) return "the price is above the buyer's cap";
  if (facts.job.closed) return "the job is closed";
  const compute = facts.pricePerSecond * BigInt(facts.maxSeconds);
  const needed = compute + feeOf(compute, hint.terms.feeBps);
  if (facts.reserved < needed) {
    return `the escrow reserves ${facts.reserved} atomic units for this lease, its full time costs ${needed}`;
  }
  if (facts.job.reserved < facts.reserved) return "the escrow does not hold what the lease reserves";
  if (facts.chainTime >= facts.endsAt) return "the lease's time to start is over";
  // A lease shorter than the workload's limit is what the escrow still pays for after another node was lost: the
  // program is stopped when its paid time is over.
  if (hint.workload.memoryMiB > own.memoryMiB) {
    return `the workload wants ${hint.workload.memoryMiB} MiB of memory, this node has ${own.memoryMiB}`;
  }
  if (hint.workload.cpuMilli > own.cpuCores * 1000) {
    return `the workload wants ${hint.workload.cpuMilli / 1000} CPU cores, this node has ${own.cpuCores}`;
  }
  return undefined;
}
