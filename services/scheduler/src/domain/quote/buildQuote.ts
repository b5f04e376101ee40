import type { Quote, QuoteRequest } from "@gristmill/shared/api/quote";
import type { AssetView } from "@gristmill/shared/api/views";
import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import type { JobId } from "@gristmill/shared/ids/ids";
import { gangSizeOf, packRequirements } from "@gristmill/shared/job/requirements";
import { jobIdOf, type Terms } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { manifestGpuClass } from "@gristmill/shared/manifest/manifest";
import { feeOf } from "@gristmill/shared/units/amount";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import type { Address, Hex } from "viem";
import { jobKeptUntil, UPLOAD_KEPT_SECONDS } from "../artifact/retention.ts";
import { chooseGang, gangOf } from "../placement/chooseGang.ts";
import type { Apart } from "../placement/epoch/want.ts";
import { START_WINDOW_SECONDS } from "../placement/leaseWindow.ts";
import type { Candidate } from "../placement/placement.ts";
import { rank } from "../placement/rank.ts";
import { totalOf } from "../placement/totalOf.ts";
import { assetName } from "./assetName.ts";
import { deadlines } from "./deadlines.ts";
import { explainChoice } from "./explainChoice.ts";
import { groupRefusals } from "./groupRefusals.ts";
import type { MarketInfo } from "./marketInfo.ts";
import { maxLeases } from "./maxLeases.ts";
import { notaryOf } from "./notaryOf.ts";

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
  | { outcome: "refused"; code: ErrorCode; message: string; field?: string; refused: Quote["refused"] };

/** Candidates that a quote lists; all are counted. */
const LISTED = 20;

/** Ranks the assets and writes the terms of the best fit by the buyer's objective: ready to be ordered and paid. */
export function buildQuote({ request, assets, market, now, salt, vaultOf }: QuoteInput): QuoteOutcome {
  const { workload, requirements, budget, pricePerSecondCap, failoverPriceCap = 0n, deadline } = request;
  const { feeBps } = market;
  const shards = gangSizeOf(requirements);
  const each = budget === undefined ? undefined : budget / BigInt(shards);
  const demand = { requirements, workload, pricePerSecondCap, budget: each, feeBps, now, deadline };
  const placement = rank(assets, demand);
  const refused = groupRefusals(placement.refused);
  const fitting = placement.candidates.map(({ asset }) => asset);
  const apart = requirements.apart ?? "nothing";
  const members = new Set(chooseGang(fitting, shards, apart));
  const gang = placement.candidates.filter(({ asset }) => members.has(asset));
  const [best] = gang;
  if (!best) {
    if (fitting.length > 0) return { outcome: "refused", ...whyNoGang(fitting, shards, apart), refused };
    const cheapest = rank(assets, { ...demand, budget: undefined }).candidates[0];
    return { outcome: "refused", ...whyNone(cheapest, each, feeBps, assets.length), refused };
  }

  const dearest = gang.reduce((most, { pricePerSecond: price }) => (price > most ? price : most), 0n);
  const pricePerSecond = failoverPriceCap > dearest ? failoverPriceCap : dearest;
  const oneShard = pricePerSecond * BigInt(workload.maxSeconds);
  const compute = oneShard * BigInt(shards);
  // The chain rounds the fee of each lease by itself.
  const fee = feeOf(oneShard, feeBps) * BigInt(shards);
  if (budget !== undefined && compute + fee > budget) {
    const message = `to go on at ${formatUsd(pricePerSecond)} USD / s costs ${formatUsd(compute + fee)} USD with the fee, the budget is ${formatUsd(budget)} USD`;
    return { outcome: "refused", code: "no_asset_fits", message, field: "failoverPriceCap", refused };
  }
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
    notary: notaryOf(workload, market),
    maxLeases: maxLeases(shards),
    feeBps,
    feeRecipient: market.feeRecipient,
    ...deadlines(now, workload.maxSeconds, market.windowSeconds, deadline),
  };
  const jobId = jobIdOf(terms, market.contracts.escrow, market.chainId);
  return {
    outcome: "quoted",
    quote: {
      objective: placement.objective,
      why: explainChoice(placement.objective, placement.candidates, gang),
      considered: assets.length,
      fitting: placement.candidates.length,
      candidates: placement.candidates
        .map((candidate) => toCandidate(candidate, members.has(candidate.asset)))
        .filter(({ chosen }, place) => chosen || place < LISTED),
      refused,
      price: {
        ...{ pricePerSecond, maxSeconds: workload.maxSeconds, shards, compute, fee, feeBps },
        expected: gang.reduce((sum, { total }) => sum + total, 0n),
        total: terms.cap,
      },
      terms,
      workload,
      requirements,
      jobId,
      vault: vaultOf(jobId),
      retention: { uploadSeconds: UPLOAD_KEPT_SECONDS, jobUntil: jobKeptUntil(terms.leaseEnd) },
      // Later, a lease of the whole time would no longer end in time.
      validUntil: terms.leaseEnd - workload.maxSeconds - START_WINDOW_SECONDS,
    },
  };
}

function whyNoGang(
  fitting: readonly AssetView[],
  size: number,
  apart: Apart,
): { code: ErrorCode; message: string; field: string } {
  const together = gangOf(fitting, size, apart);
  const where = apart === "nothing" ? "side by side" : `on ${together} ${apart}${together === 1 ? "" : "s"}`;
  const message = `${fitting.length} ${fitting.length === 1 ? "asset fits" : "assets fit"}, ${together} of them ${where}; the job runs in ${size} parts: ${size - together} too few`;
  return { code: "no_asset_fits", message, field: "requirements.gangSize" };
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

function toCandidate(
  { asset, pricePerSecond, total, startMs }: Candidate,
  chosen: boolean,
): Quote["candidates"][number] {
  const { manifest } = asset;
  return {
    assetId: asset.assetId,
    name: assetName(asset),
    chosen,
    provider: asset.provider,
    gpuClass: (manifest && manifestGpuClass(manifest)) ?? null,
    simulated: manifest?.gpus.some((gpu) => gpu.simulated) ?? false,
    region: asset.region,
    pricePerSecond,
    total,
    startMs,
    fp32MilliGflops: asset.performance?.fp32MilliGflops ?? null,
    attestation: asset.attestation,
    stake: asset.trust.stake,
    reputation: asset.trust.reputation,
  };
}
