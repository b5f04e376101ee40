import type { Order } from "@gristmill/shared/api/quote";
import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import { SEALED_FILE } from "@gristmill/shared/inference/sealedInput";
import { gangSizeOf, packRequirements } from "@gristmill/shared/job/requirements";
import { imageSchema, workloadHash } from "@gristmill/shared/job/workload";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { zeroAddress } from "viem";
import { latestLeaseEnd } from "../placement/leaseWindow.ts";
import { totalOf } from "../placement/totalOf.ts";
import type { MarketInfo } from "./marketInfo.ts";
import { maxLeases } from "./maxLeases.ts";
import { notaryOf } from "./notaryOf.ts";

/** What is wrong with an order: the field, and what it is against what it must be. */
export interface OrderProblem {
  code: ErrorCode;
  field: string;
  message: string;
}

export interface OrderCheck {
  order: Order;
  market: MarketInfo;
  /** Unix seconds of the chain. */
  now: number;
  /** Bytes of each stored artifact that the workload names, by sha256. */
  stored: ReadonlyMap<string, number>;
}

/**
 * Checks an order before anybody signs a payment for it: terms that this scheduler would not or could not serve are
 * refused while nothing is charged. Every problem is named, an empty list means the order may be paid.
 */
export function checkOrder(check: OrderCheck): OrderProblem[] {
  return [...termsProblems(check), ...deadlineProblems(check), ...priceProblems(check), ...workloadProblems(check)];
}

function termsProblems({ order: { terms, workload, requirements }, market }: OrderCheck): OrderProblem[] {
  const packed = packRequirements(requirements);
  const expected: (readonly [field: string, got: unknown, wanted: unknown, why: string])[] = [
    ["terms.workload", terms.workload, workloadHash(workload), "the hash of the workload in this order"],
    ["terms.requirements.gpuClass", terms.requirements.gpuClass, packed.gpuClass, "the hash of the GPU class"],
    ["terms.requirements.gpuCount", terms.requirements.gpuCount, packed.gpuCount, "the requirements in this order"],
    [
      "terms.requirements.minMemoryBytes",
      terms.requirements.minMemoryBytes,
      packed.minMemoryBytes,
      "minVramMiB in bytes",
    ],
    ["terms.requirements.region", terms.requirements.region, packed.region, "the region in ASCII"],
    // The chain refuses by the terms, placement looks by the order: apart, a paid job could never be placed.
    ...(["minAttestationLevel", "maxAttestationAge", "minStake", "minReputation"] as const).map(
      (field) =>
        [
          `terms.requirements.${field}`,
          terms.requirements[field],
          packed[field],
          "the requirements in this order",
        ] as const,
    ),
    ["terms.scheduler", terms.scheduler, market.scheduler, "this scheduler"],
    // Nodes work only while their ticks come back signed by this key: under another they would work for nothing.
    ["terms.notary", terms.notary, notaryOf(workload, market), "who countersigns such a job here"],
    ["terms.token", terms.token, market.paymentToken.address, "this market's payment token"],
    ["terms.feeBps", terms.feeBps, market.feeBps, "this market's fee"],
    ["terms.feeRecipient", terms.feeRecipient, market.feeRecipient, "this market's fee recipient"],
  ];
  const problems = expected
    .filter(([, got, wanted]) => String(got).toLowerCase() !== String(wanted).toLowerCase())
    .map(([field, got, wanted, why]) => mismatch(field, `${field} is ${got}, it must be ${wanted} (${why})`));
  const shards = gangSizeOf(requirements);
  const most = maxLeases(shards);
  if (terms.maxLeases > most || terms.maxLeases < shards) {
    const message = `terms.maxLeases is ${terms.maxLeases}, it must be from ${shards} to ${most}`;
    problems.push(mismatch("terms.maxLeases", message));
  }
  for (const field of ["buyer", "refundTo"] as const) {
    if (terms[field] === zeroAddress) problems.push(mismatch(`terms.${field}`, `terms.${field} is the zero address`));
  }
  return problems;
}

function deadlineProblems({ order: { terms, workload }, market, now }: OrderCheck): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const needed = latestLeaseEnd(now, workload.maxSeconds);
  if (terms.leaseEnd < needed) {
    problems.push({
      code: "terms_expired",
      field: "terms.leaseEnd",
      message: `terms.leaseEnd is ${terms.leaseEnd}, a lease placed now needs until ${needed}: ask for a fresh quote`,
    });
  }
  const order = ["leaseEnd", "captureDeadline", "claimDeadline", "reclaimAt"] as const;
  for (const [index, field] of order.entries()) {
    const before = order[index - 1];
    if (before === undefined) continue;
    const earliest = terms[before] + market.windowSeconds;
    if (terms[field] >= earliest) continue;
    const message = `terms.${field} is ${terms[field]}, it must be at least ${market.windowSeconds} s after ${before}: ${earliest}`;
    problems.push(mismatch(`terms.${field}`, message));
  }
  return problems;
}

function priceProblems({ order: { terms, workload, requirements } }: OrderCheck): OrderProblem[] {
  const { cap, pricePerSecondCap: price, feeBps } = terms;
  if (price === 0n) return [mismatch("terms.pricePerSecondCap", "terms.pricePerSecondCap is 0: no asset is free")];
  const tick = totalOf(price, 1, feeBps);
  if (cap < tick) {
    const message = `terms.cap is ${cap} (${formatUsd(cap)} USD), one second costs ${tick} (${formatUsd(tick)} USD) with the fee`;
    return [{ code: "budget_below_one_tick", field: "terms.cap", message }];
  }
  const shards = gangSizeOf(requirements);
  const total = totalOf(price, workload.maxSeconds, feeBps) * BigInt(shards);
  if (cap === total) return [];
  const parts = shards === 1 ? "" : `, ${shards} parts`;
  const message = `terms.cap is ${cap} (${formatUsd(cap)} USD), this order costs ${total} (${formatUsd(total)} USD): ${workload.maxSeconds} s at ${price} and the fee${parts}`;
  return [mismatch("terms.cap", message)];
}

function workloadProblems({ order: { workload }, stored }: OrderCheck): OrderProblem[] {
  const problems: OrderProblem[] = [];
  if (!imageSchema.safeParse(workload.image).success) {
    const message = `workload.image is "${workload.image}", it must name the image by digest (name@sha256:...)`;
    problems.push({ code: "image_without_digest", field: "workload.image", message });
  }
  if (workload.inference && (workload.inputs.length !== 1 || workload.inputs[0]?.path !== SEALED_FILE)) {
    const message = `workload.inputs must be the one file ${SEALED_FILE}: an answer's input is sealed for its nodes`;
    problems.push(mismatch("workload.inputs", message));
  }
  for (const [index, input] of workload.inputs.entries()) {
    const field = `workload.inputs.${index}`;
    const bytes = stored.get(input.sha256);
    if (bytes === undefined) {
      const message = `${field} (${input.path}) is not stored: send its bytes to POST /v1/artifacts first`;
      problems.push({ code: "input_missing", field: `${field}.sha256`, message });
    } else if (bytes !== input.bytes) {
      problems.push(mismatch(`${field}.bytes`, `${field}.bytes is ${input.bytes}, the stored content has ${bytes}`));
    }
  }
  return problems;
}

function mismatch(field: string, message: string): OrderProblem {
  return { code: "terms_mismatch", field, message };
}
