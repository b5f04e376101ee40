import type { LeaseView } from "@gristmill/shared/api/views";
import { endReasonCause } from "@gristmill/shared/lease/leaseState";
import type { AssetRecord, LeaseRecord } from "../domain/lifecycle/marketState.ts";
import type { Fleet } from "./fleet.ts";
import type { LeaseNote } from "./ports.ts";

/**
 * A lease as buyer and provider see it.
 * @param meteredSeconds seconds the notary countersigned so far
 */
export function leaseView(
  lease: LeaseRecord,
  asset: AssetRecord | undefined,
  fleet: Fleet,
  notes: readonly LeaseNote[],
  meteredSeconds: number,
): LeaseView {
  const manifest = asset === undefined ? undefined : fleet.manifest(asset.manifestHash);
  return {
    leaseId: lease.leaseId,
    assetId: lease.assetId,
    assetName: manifest?.name ?? `asset ${lease.assetId}`,
    shard: lease.shard,
    node: lease.node,
    payee: lease.payee,
    pricePerSecond: lease.pricePerSecond,
    maxSeconds: lease.maxSeconds,
    state: lease.state,
    reason: lease.reason,
    endedBy: lease.reason === "none" ? null : endReasonCause[lease.reason],
    executor: notes.findLast((note) => note.executor !== null)?.executor ?? null,
    simulatedGpu: manifest?.gpus.some((gpu) => gpu.simulated) ?? false,
    assignedAt: lease.assignedAt,
    startedAt: lease.startedAt,
    endsAt: lease.endsAt,
    endedAt: lease.endedAt,
    answer: lease.answer && { ...lease.answer, inputCommitment: lease.answer.inputCommitment.toString() },
    billedSeconds: lease.billedSeconds,
    meteredSeconds: Math.max(meteredSeconds, lease.billedSeconds),
    charged: (lease.answer?.amount ?? 0n) + lease.captures.reduce((sum, { amount, fee }) => sum + amount + fee, 0n),
  };
}
