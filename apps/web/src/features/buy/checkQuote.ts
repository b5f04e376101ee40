import type { Quote, QuoteRequest } from "@gristmill/shared/api/quote";
import type { Market } from "@gristmill/shared/chain/market";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import { gangSizeOf, packRequirements } from "@gristmill/shared/job/requirements";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { feeOf } from "@gristmill/shared/units/amount";
import { toWire } from "@gristmill/shared/units/toWire";
import type { Address, Hex } from "viem";

/** What the page asked for and showed, and what the chain says. */
export interface QuoteContext {
  request: QuoteRequest;
  market: Pick<Market, "chainId" | "contracts" | "paymentToken" | "scheduler" | "notary" | "feeBps" | "feeRecipient">;
  /** The total the reader sees beside the button, atomic units. */
  displayedTotal: bigint;
  /** Address that the escrow contract gives for the job's vault. */
  readVault: (jobId: Hex) => Promise<Address>;
  /** Unix seconds of the chain's clock. */
  now: number;
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * Recomputes a quote from what was asked and from the chain, so that nobody has to believe the scheduler.
 * @returns every mismatch in words; empty: what would be signed is what was asked for and shown
 */
export async function checkQuote(quote: Quote, context: QuoteContext): Promise<string[]> {
  const { request, market, displayedTotal, now } = context;
  const { terms, price } = quote;
  const wrong: string[] = [];
  const must = (holds: boolean, words: string) => {
    if (!holds) wrong.push(words);
  };
  must(same(terms.buyer, request.buyer), "the terms name another buyer");
  must(same(terms.refundTo, request.refundTo ?? request.buyer), "the terms send refunds to another address");
  must(same(terms.token, market.paymentToken.address), "the terms name another payment token");
  must(same(terms.scheduler, market.scheduler), "the terms name another scheduler");
  // Where a proven answer pays, nobody bills time: the market itself stands there, and signs nothing.
  const notary = request.workload.inference ? market.contracts.market : market.notary;
  must(same(terms.notary, notary), "the terms name another notary");
  must(same(terms.feeRecipient, market.feeRecipient), "the terms pay the fee to another address");
  must(terms.feeBps === market.feeBps && price.feeBps === market.feeBps, "the fee is not this market's");

  must(price.total === displayedTotal, "the price shown is not the price quoted");
  must(terms.cap === displayedTotal, "the terms allow another amount than the price shown");
  must(price.maxSeconds === request.workload.maxSeconds, "the price is for another time");
  must(terms.pricePerSecondCap === price.pricePerSecond, "the terms accept a dearer machine than the one shown");
  const shards = gangSizeOf(request.requirements);
  const dearest = quote.candidates.reduce(
    (most, each) => (each.chosen && each.pricePerSecond > most ? each.pricePerSecond : most),
    0n,
  );
  const failover = request.failoverPriceCap ?? 0n;
  must(
    price.pricePerSecond === (failover > dearest ? failover : dearest),
    "the price is not that of the machines chosen",
  );
  must(quote.candidates.filter(({ chosen }) => chosen).length === shards, "another number of machines is chosen");
  must(price.shards === shards && terms.maxLeases >= shards, "the price is for another number of parts");
  const oneShard = price.pricePerSecond * BigInt(price.maxSeconds);
  must(price.compute === oneShard * BigInt(shards), "price per second times time is not the price");
  must(price.fee === feeOf(oneShard, price.feeBps) * BigInt(shards), "the fee does not follow from the price");
  must(price.total === price.compute + price.fee, "the lines of the price do not add up");
  must(request.budget === undefined || terms.cap <= request.budget, "the price is above your budget");

  must(sameJson(quote.workload, request.workload), "the quote is for another workload");
  must(terms.workload === workloadHash(request.workload), "the terms commit to another workload");
  must(sameJson(quote.requirements, request.requirements), "the quote is for other requirements");
  must(sameJson(terms.requirements, packRequirements(request.requirements)), "the terms commit to other requirements");

  must(terms.leaseEnd >= now + request.workload.maxSeconds, "the job would end before its time is up");
  must(
    terms.leaseEnd < terms.captureDeadline &&
      terms.captureDeadline < terms.claimDeadline &&
      terms.claimDeadline < terms.reclaimAt,
    "the deadlines are out of order",
  );
  const jobId = jobIdOf(terms, market.contracts.escrow, market.chainId);
  must(jobId === quote.jobId, "the job's id does not follow from its terms");
  must(same(await context.readVault(jobId), quote.vault), "the escrow contract names another vault for these terms");
  return wrong;
}

function sameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(toWire(a)).toLowerCase() === canonicalJson(toWire(b)).toLowerCase();
}
