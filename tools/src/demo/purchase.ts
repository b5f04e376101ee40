import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { type Quote, quoteSchema } from "@gristmill/shared/api/quote";
import { type JobView, orderedJobSchema } from "@gristmill/shared/api/views";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { toWire } from "@gristmill/shared/units/toWire";
import { ExactEvmScheme } from "@x402/evm";
import { decodePaymentResponseHeader, wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import type { Hash, LocalAccount } from "viem";
import type { JobTemplate } from "../images/jobTemplates.ts";
import type { ChainClient } from "../market/chainClient.ts";

/** Most the demo's buyer lets its x402 client sign for one payment: 5 dollars. */
const MAX_PAYMENT = "5000000";

/** The body of an answer. @throws with the problem's words when it is none */
export async function answerOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  if (response.ok) return body;
  const problem = problemSchema.safeParse(body);
  throw new Error(problem.success ? `${problem.data.title}: ${problem.data.detail}` : `HTTP ${response.status}`);
}

/**
 * Asks what a template's job costs on a GPU with at least 16 GiB. Nothing is charged.
 * @param change environment and requirements beside the usual ones, and the price up to which a dearer machine may take over
 */
export async function askQuote(
  market: Market,
  buyer: LocalAccount,
  { template }: JobTemplate,
  change: { env?: Record<string, string>; requirements?: object; failoverPriceCap?: bigint } = {},
): Promise<Quote> {
  const response = await fetch(`${market.schedulerUrl}/v1/quotes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      buyer: buyer.address,
      workload: {
        image: template.image,
        command: template.command,
        env: { ...template.env, ...change.env },
        inputs: template.sampleInputs,
        cpuMilli: template.cpuMilli,
        memoryMiB: template.memoryMiB,
        maxOutputMiB: template.maxOutputMiB,
        maxSeconds: template.maxSeconds,
        checkpoint: template.checkpoint,
      },
      requirements: { gpuCount: 1, minVramMiB: 16_384, ...change.requirements },
      failoverPriceCap: change.failoverPriceCap?.toString(),
    }),
    signal: AbortSignal.timeout(20_000),
  });
  return quoteSchema.parse(await answerOf(response));
}

/**
 * What a careful buyer checks before signing, without trusting the scheduler: terms say what was ordered, the job's id and
 * vault follow from them, and the payment is the price that was shown.
 * @throws naming what does not match; nothing was signed
 */
export async function checkQuote(market: Market, quote: Quote, chain: ChainClient): Promise<void> {
  const jobId = jobIdOf(quote.terms, market.contracts.escrow, market.chainId);
  const vault = await chain.read({
    address: market.contracts.escrow,
    abi: escrowAbi,
    functionName: "vaultOf",
    args: [jobId],
  });
  const checks: [string, boolean][] = [
    ["job id", jobId === quote.jobId],
    ["vault", vault === quote.vault],
    ["workload", workloadHash(quote.workload) === quote.terms.workload],
    ["price", quote.price.total === quote.terms.cap && quote.price.compute + quote.price.fee === quote.price.total],
  ];
  const wrong = checks.filter(([, holds]) => !holds).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`the quote does not add up (${wrong.join(", ")}); nothing was signed`);
}

/** Pays with the unmodified x402 client: 402, signature, funded job. @returns the job, the payment's transaction, and the token that watches the job */
export async function pay(
  market: Market,
  buyer: LocalAccount,
  quote: Quote,
): Promise<{ job: JobView; txHash: Hash; token: string }> {
  const { network } = marketSchema.parse(market);
  const payingFetch = wrapFetchWithPaymentFromConfig(fetch, {
    schemes: [{ network: network as `eip155:${string}`, client: new ExactEvmScheme(buyer) }],
    spendControls: {
      allowedAssets: [
        {
          network: network as `eip155:${string}`,
          asset: market.paymentToken.address,
          maxAmountPerPayment: MAX_PAYMENT,
        },
      ],
    },
  });
  const response = await payingFetch(`${market.schedulerUrl}/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(toWire({ terms: quote.terms, workload: quote.workload, requirements: quote.requirements })),
    signal: AbortSignal.timeout(90_000),
  });
  const { access, ...job } = orderedJobSchema.parse(await answerOf(response));
  if (access === null) throw new Error("the scheduler took the payment and gave no token to watch the job with");
  const header = response.headers.get("PAYMENT-RESPONSE");
  if (!header) throw new Error("the scheduler answered without PAYMENT-RESPONSE");
  return { job, txHash: decodePaymentResponseHeader(header).transaction as Hash, token: access.token };
}

/** The buyer countersigns what was spent; the scheduler relays it, so that the buyer needs no gas. */
export async function acceptJob(market: Market, buyer: LocalAccount, job: JobView): Promise<void> {
  const signature = await buyer.signTypedData({
    domain: marketDomain(market.chainId, market.contracts.market),
    types: { Acceptance: marketTypes.Acceptance },
    primaryType: "Acceptance",
    message: { jobId: job.jobId as Hash, spent: job.spent },
  });
  const response = await fetch(`${market.schedulerUrl}/v1/jobs/${job.jobId}/acceptance`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ spent: job.spent.toString(), signature }),
    signal: AbortSignal.timeout(60_000),
  });
  await answerOf(response);
}

/** Nobody countersigns: the claim window closes (chain time is moved, which only a local chain can) and anybody settles. */
export async function waitOutWindow(market: Market, chain: ChainClient, job: JobView): Promise<number> {
  const seconds = job.terms.claimDeadline - Number(await chain.time()) + 1;
  await chain.publicClient.request({ method: "evm_increaseTime", params: [seconds] } as never);
  await chain.publicClient.request({ method: "evm_mine", params: [] } as never);
  const response = await fetch(`${market.schedulerUrl}/v1/jobs/${job.jobId}/settle`, {
    method: "POST",
    signal: AbortSignal.timeout(60_000),
  });
  await answerOf(response);
  return seconds;
}
