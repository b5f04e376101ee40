import type { JobView, ReceiptView } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import { gangSizeOf } from "@gristmill/shared/job/requirements";
import { type Address, isAddressEqual } from "viem";
import type { JobRecord, LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import { newestOfShards } from "../domain/lifecycle/shards.ts";
import { timeline } from "../domain/lifecycle/timeline.ts";
import type { Fleet } from "./fleet.ts";
import { leaseView } from "./leaseView.ts";
import type {
  ChainIndex,
  ChainTransaction,
  CheckpointStore,
  JobNotes,
  LeaseNotes,
  OrderStore,
  OutputManifests,
  StoredOrder,
  TickStore,
} from "./ports.ts";

export interface JobViewDeps {
  index: ChainIndex;
  orders: OrderStore;
  jobNotes: JobNotes;
  leaseNotes: LeaseNotes;
  ticks: TickStore;
  checkpoints: CheckpointStore;
  fleet: Fleet;
  outputs: OutputManifests;
  /** The scheduler's own notary key. */
  notary: Address;
}

/**
 * Everything about a job: money from the escrow, leases from the index, phases and logs' side from what nodes said.
 *
 * @param state the newest snapshot, and `job` of that same one: a lease's captures are found among the job's transactions
 */
export async function jobView(
  deps: JobViewDeps,
  state: MarketState,
  job: JobRecord,
  order: StoredOrder,
): Promise<JobView> {
  const leases = leasesOf(state, job);
  const ids = leases.map((lease) => lease.leaseId);
  const hashes = order.paymentTx === null ? job.transactions : [order.paymentTx, ...job.transactions];
  const [money, note, phases, metered, proveTimes, transactions, checkpoints] = await Promise.all([
    deps.index.money(job.jobId),
    deps.jobNotes.note(job.jobId),
    deps.leaseNotes.phases(ids),
    deps.ticks.metered(ids),
    deps.leaseNotes.proveTimes(ids),
    deps.index.transactions(hashes),
    order.workload.checkpoint === undefined ? [] : deps.checkpoints.of(job.jobId),
  ]);
  const history = timeline(job, leases, (leaseId) => phases.get(leaseId) ?? []);
  const now = history.at(-1);
  const outputs = await outputsOf(deps.outputs, job.jobId, leases);
  const newest = leases.findLast((lease) => lease.output !== null);
  const output = outputs.find(({ leaseId }) => leaseId === newest?.leaseId);
  return {
    jobId: job.jobId,
    status: now?.status ?? "funded",
    detail: now?.status === "funded" && note !== "" ? note : (now?.detail ?? ""),
    terms: job.terms,
    workload: order.workload,
    requirements: order.requirements,
    vault: order.vault,
    createdAt: job.fundedAt,
    timeline: history,
    leases: leases.map((lease) =>
      leaseView(
        lease,
        state.assets.get(lease.assetId),
        deps.fleet,
        phases.get(lease.leaseId) ?? [],
        metered.get(lease.leaseId) ?? 0,
      ),
    ),
    receipts: leases.flatMap((lease) => receiptViews(lease, transactions, proveTimes.get(lease.leaseId) ?? new Map())),
    transactions: hashes.flatMap((hash) => {
      const transaction = transactions.get(hash);
      if (transaction === undefined) return [];
      const { verb, from, gasUsed, blockNumber, at } = transaction;
      return [{ txHash: hash, verb, from, gasUsed, blockNumber: Number(blockNumber), at }];
    }),
    money,
    spent: money.booked + money.paid + money.fees,
    shards: gangSizeOf(order.requirements),
    output: output === undefined ? null : { commitment: output.commitment, manifest: output.manifest },
    outputs,
    checkpoints,
    notary: { address: job.terms.notary, who: whoIsNotary(job, deps.notary) },
  };
}

/** The newest output of each shard that left one which its node stored here. */
async function outputsOf(
  manifests: OutputManifests,
  jobId: JobId,
  leases: readonly LeaseRecord[],
): Promise<JobView["outputs"]> {
  const outputs: JobView["outputs"] = [];
  for (const { shard, leaseId, output: commitment } of newestOfShards(leases.filter(({ output }) => output !== null))) {
    const manifest = commitment === null ? null : await manifests.byCommitment(commitment, jobId);
    if (commitment !== null && manifest !== null) outputs.push({ shard, leaseId, commitment, manifest });
  }
  return outputs;
}

/** A job's leases, oldest first. */
export function leasesOf(state: MarketState, job: JobRecord): LeaseRecord[] {
  return job.leaseIds.flatMap((leaseId) => state.leases.get(leaseId) ?? []);
}

function whoIsNotary(job: JobRecord, notary: Address): JobView["notary"]["who"] {
  if (isAddressEqual(job.terms.notary, notary)) return "scheduler";
  return isAddressEqual(job.terms.notary, job.terms.buyer) ? "buyer" : "other";
}

function receiptViews(
  lease: LeaseRecord,
  transactions: ReadonlyMap<`0x${string}`, ChainTransaction>,
  proveTimes: ReadonlyMap<number, number>,
): ReceiptView[] {
  return lease.captures.flatMap((capture): ReceiptView[] => {
    const transaction = transactions.get(capture.txHash);
    const receipt = transaction?.captures.find(
      ({ leaseId, sequence }) => leaseId === lease.leaseId && sequence === capture.sequence,
    );
    // Captured in a rollup or through another contract: the money is in the views, the proof only in the chain's traces.
    if (transaction === undefined || receipt === undefined) return [];
    return [
      {
        leaseId: lease.leaseId,
        sequence: capture.sequence,
        from: capture.from,
        to: capture.to,
        head: receipt.head.toString(),
        output: receipt.output,
        last: receipt.last,
        amount: capture.amount,
        fee: capture.fee,
        nodeSignature: receipt.nodeSignature,
        notarySignature: receipt.notarySignature,
        proof: receipt.proof,
        proveMs: proveTimes.get(capture.sequence) ?? 0,
        txHash: capture.txHash,
        gasUsed: transaction.gasUsed,
      },
    ];
  });
}
