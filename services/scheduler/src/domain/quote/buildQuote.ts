import type { Quote, QuoteRequest } from "@gristmill/shared/api/quote";
import type { AssetView } from "@gristmill/shared/api/views";
import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import type { JobId } from "@gristmill/shared/ids/ids";
import { packRequirements } from "@gristmill/shared/job/requirements";
import { jobIdOf, type Terms } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { manifestGpuClass } from "@gristmill/shared/manifest/manifest";
import { feeOf } from "@gristmill/shared/units/amount";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import type { Address, Hex } from "viem";
import { START_WINDOW_SECONDS } from "../placement/leaseWindow.ts";
import type { Candidate } from "../placement/placement.ts";
import { rank } from "../placement/rank.ts";
import { totalOf } from "../placement/totalOf.ts";
import { deadlines, PLACEMENT_ALLOWANCE_SECONDS } from "./deadlines.ts";
import type { MarketInfo } from "./marketInfo.ts";
import { MAX_LEASES } from "./maxLeases.ts";
import { assetName, toRefusal } from "./toRefusal.ts";

export interface QuoteInput {
  request: QuoteRequest;
  assets: readonly AssetView[];
  market: MarketInfo;
  /** Unix seconds of the chain. */
  now: number;
  /** 32 random bytes: makes two otherwise equal jobs differ. */
  salt: Hex;
  /** CREATE2 address of a job's vault. */
  vaultOf: (jobId: JobId) => Address;
}

export type QuoteOutcome =
  | { outcome: "quoted"; quote: Quote }
  | { outcome: "refused"; code: ErrorCode; message: string; refused: Quote["refused"] };

/** Ranks the assets and writes the terms of the cheapest fit: ready to be ordered and paid. */
export function buildQuote({ request, assets, market, now, salt, vaultOf }: QuoteInput): QuoteOutcome {
  const { workload, requirements, budget } = request;
  const { feeBps } = market;
  const demand = { requirements, workload, pricePerSecondCap: undefined, budget, feeBps, now };
  const placement = rank(assets, demand);
  const refused = placement.refused.map(toRefusal);
  const best = placement.candidates[0];
  if (!best) {
    const cheapest = rank(assets, { ...demand, budget: undefined }).candidates[0];
    return { outcome: "refused", ...whyNone(cheapest, budget, feeBps, assets.length), refused };
  }

  const { pricePerSecond } = best;
  const compute = pricePerSecond * BigInt(workload.maxSeconds);
  const fee = feeOf(compute, feeBps);
  const terms: Terms = {
    buyer: request.buyer,
    refundTo: request.refundTo ?? request.buyer,
    salt,
    token: market.paymentToken.address,
    cap: compute + fee,
    pricePerSecondCap: pricePerSecond,
    workload: workloadHash(workload),
    requirements: packRequirements(requirements),
    scheduler: market.scheduler,
    notary: market.notary,
    maxLeases: MAX_LEASES,
    feeBps,
    feeRecipient: market.feeRecipient,
    ...deadlines(now, workload.maxSeconds, market.windowSeconds),
  };
  const jobId = jobIdOf(terms, market.contracts.escrow, market.chainId);
  return {
    outcome: "quoted",
    quote: {
      candidates: placement.candidates.map(toCandidate),
      refused,
      price: { pricePerSecond, maxSeconds: workload.maxSeconds, compute, fee, feeBps, total: terms.cap },
      terms,
      workload,
      requirements,
      jobId,
      vault: vaultOf(jobId),
      validUntil: now + PLACEMENT_ALLOWANCE_SECONDS - START_WINDOW_SECONDS,
    },
  };
}

function whyNone(
  cheapest: Candidate | undefined,
  budget: bigint | undefined,
  feeBps: number,
  assets: number,
): { code: ErrorCode; message: string } {
  if (!cheapest || budget === undefined) {
    const message = assets === 0 ? "this market has no asset yet" : `none of ${assets} assets fits`;
    return { code: "no_asset_fits", message };
  }
  const tick = totalOf(cheapest.pricePerSecond, 1, feeBps);
  if (budget < tick) {
    const message = `a budget of ${formatUsd(budget)} USD does not pay for one second: the cheapest fit costs ${formatUsd(tick)} USD / s with the fee`;
    return { code: "budget_below_one_tick", message };
  }
  const message = `the cheapest fit costs ${formatUsd(cheapest.total)} USD with the fee, the budget is ${formatUsd(budget)} USD`;
  return { code: "no_asset_fits", message };
}

function toCandidate({ asset, pricePerSecond, total }: Candidate): Quote["candidates"][number] {
  const { manifest } = asset;
  return {
    assetId: asset.assetId,
    name: assetName(asset),
    provider: asset.provider,
    gpuClass: (manifest && manifestGpuClass(manifest)) ?? null,
    simulated: manifest?.gpus.some((gpu) => gpu.simulated) ?? false,
    region: asset.region,
    pricePerSecond,
    total,
  };
}
