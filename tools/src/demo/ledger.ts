import { createHash } from "node:crypto";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { Quote } from "@gristmill/shared/api/quote";
import type { JobView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { readCaptured } from "@gristmill/shared/receipt/span";
import { feeOf } from "@gristmill/shared/units/amount";
import { erc20Abi, type Hash, parseEventLogs } from "viem";
import { z } from "zod";
import type { JobTemplate } from "../images/jobTemplates.ts";
import type { ChainClient } from "../market/chainClient.ts";
import type { SentTransaction } from "../market/provider.ts";
import { columnFacts } from "./handCheck.ts";

/** What the demo claims, each line read from the chain or worked out anew. */
export interface Ledger {
  jobId: string;
  deposited: bigint;
  paid: bigint;
  refunded: bigint;
  fees: bigint;
  seconds: number;
  pricePerSecond: bigint;
  notary: { address: string; who: string };
  executor: string;
  simulatedGpu: boolean;
  proof: { proveMs: number; gas: bigint; receipts: number };
  output: { hash: string; files: { path: string; sha256: string; bytes: number }[] };
  transactions: { verb: string; txHash: string; from: string; gas: bigint }[];
  transfers: { from: string; to: string; amount: bigint; txHash: string }[];
  /** Every line that must hold, and whether it does. */
  checks: { text: string; holds: boolean }[];
}

/** What stood before the purchase. */
export interface Before {
  block: bigint;
  buyerDollars: bigint;
  /** In the provider's account, and earlier earnings that wait in the escrow for a withdrawal. */
  providerDollars: bigint;
}

const summarySchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      columns: z.record(
        z.string(),
        z.object({ count: z.number(), min: z.number(), max: z.number(), mean: z.number() }),
      ),
    }),
  ),
});

const dollarsOf = (market: Market, chain: ChainClient, owner: `0x${string}`) =>
  chain.read({ address: market.paymentToken.address, abi: erc20Abi, functionName: "balanceOf", args: [owner] });

/** Reads what must be compared with afterwards. */
export async function takeBefore(market: Market, chain: ChainClient, buyer: `0x${string}`): Promise<Before> {
  return {
    block: await chain.publicClient.getBlockNumber(),
    buyerDollars: await dollarsOf(market, chain, buyer),
    providerDollars:
      (await dollarsOf(market, chain, chain.account.address)) +
      (await chain.read({
        address: market.contracts.escrow,
        abi: escrowAbi,
        functionName: "balanceOf",
        args: [chain.account.address, market.paymentToken.address],
      })),
  };
}

/** Fetches an output file and checks that its content has its name. */
async function fetchOutput(market: Market, sha256: string, token: string): Promise<Buffer> {
  const response = await fetch(`${market.schedulerUrl}/v1/artifacts/${sha256}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`artifact ${sha256} answered HTTP ${response.status}`);
  const content = Buffer.from(await response.arrayBuffer());
  if (createHash("sha256").update(content).digest("hex") !== sha256)
    throw new Error(`artifact ${sha256} has other content`);
  return content;
}

/** Compares the job's result with a count and a division of our own. */
async function outputIsRight(
  market: Market,
  job: JobView,
  { template, sampleFiles }: JobTemplate,
  token: string,
): Promise<boolean> {
  const file = job.output?.manifest.files.find(({ path }) => path === "summary.json");
  const input = template.sampleInputs[0]?.path;
  const inputFile = sampleFiles[0]?.file;
  if (!file || !input || !inputFile) return false;
  const summary = summarySchema.parse(JSON.parse((await fetchOutput(market, file.sha256, token)).toString()));
  const column = "gpu_milli";
  const expected = columnFacts(inputFile, column);
  const got = summary.files[input]?.columns[column];
  return (
    got !== undefined &&
    got.count === expected.count &&
    got.min === expected.min &&
    got.max === expected.max &&
    Math.abs(got.mean - expected.mean) < 1e-9 * Math.abs(expected.mean)
  );
}

/** Works the ledger out from the chain; the scheduler's word is only used for what no chain knows (proof time, rung). */
export async function makeLedger(input: {
  /** Reads the job's outputs. */
  token: string;
  market: Market;
  chain: ChainClient;
  quote: Quote;
  job: JobView;
  template: JobTemplate;
  before: Before;
  ownTransactions: readonly SentTransaction[];
}): Promise<Ledger> {
  const { market, chain, quote, job, before } = input;
  const lease = job.leases.at(-1);
  if (!lease) throw new Error("the job has no lease");
  const onChain = await chain.read({
    address: market.contracts.escrow,
    abi: escrowAbi,
    functionName: "jobOf",
    args: [job.jobId as Hash],
  });
  const leaseOnChain = await chain.read({
    address: market.contracts.market,
    abi: marketplaceAbi,
    functionName: "leaseOf",
    args: [lease.leaseId as Hash],
  });
  const sent = [
    ...input.ownTransactions,
    ...job.transactions.map(({ verb, txHash }) => ({ verb, txHash: txHash as Hash })),
  ];
  const unique = [...new Map(sent.map((transaction) => [transaction.txHash, transaction])).values()];
  const mined = await Promise.all(
    unique.map(async ({ verb, txHash }) => ({
      verb,
      txHash,
      receipt: await chain.publicClient.getTransactionReceipt({ hash: txHash }),
    })),
  );
  mined.sort((a, b) => Number(a.receipt.blockNumber - b.receipt.blockNumber));
  const captured = mined.flatMap(({ receipt: { logs } }) => {
    const singles = parseEventLogs({ abi: marketplaceAbi, eventName: "UsageCaptured", logs });
    const batches = parseEventLogs({ abi: marketplaceAbi, eventName: "UsagesCaptured", logs });
    return [
      ...singles.map(({ args, transactionHash }) => ({ ...args, transactionHash })),
      ...batches.flatMap(({ args, transactionHash }) =>
        args.captured.map(({ leaseId, usage }) => ({ leaseId, ...readCaptured(usage), transactionHash })),
      ),
    ].filter(({ leaseId }) => leaseId === lease.leaseId);
  });
  const transfers = mined.flatMap(({ receipt, txHash }) =>
    parseEventLogs({ abi: erc20Abi, eventName: "Transfer", logs: receipt.logs })
      .filter(({ blockNumber }) => blockNumber > before.block)
      .map(({ args }) => ({ from: args.from, to: args.to, amount: args.value, txHash })),
  );
  const seconds = captured.reduce((sum, { from, to }) => sum + to - from, 0);
  const captureGas = mined.filter(({ txHash }) => captured.some((log) => log.transactionHash === txHash));
  const buyer = quote.terms.refundTo;
  const buyerDollars = await dollarsOf(market, chain, buyer);
  const providerDollars = await dollarsOf(market, chain, chain.account.address);
  const buyerGas = await chain.publicClient.getBalance({ address: quote.terms.buyer });
  const commitment = job.output ? outputCommitment(job.output.manifest) : undefined;
  const cheapest = quote.candidates.reduce(
    (least, { pricePerSecond }) => (pricePerSecond < least ? pricePerSecond : least),
    quote.price.pricePerSecond,
  );

  return {
    jobId: job.jobId,
    deposited: onChain.deposited,
    paid: onChain.paid,
    refunded: onChain.refunded,
    fees: onChain.fees,
    seconds,
    pricePerSecond: leaseOnChain.pricePerSecond,
    notary: job.notary,
    executor: lease.executor ?? "unknown",
    simulatedGpu: lease.simulatedGpu,
    proof: {
      proveMs: Math.max(0, ...job.receipts.map(({ proveMs }) => proveMs)),
      gas: captureGas.reduce((most, { receipt }) => (receipt.gasUsed > most ? receipt.gasUsed : most), 0n),
      receipts: captured.length,
    },
    output: { hash: leaseOnChain.output, files: job.output?.manifest.files ?? [] },
    transactions: mined.map(({ verb, txHash, receipt }) => ({
      verb,
      txHash,
      from: receipt.from,
      gas: receipt.gasUsed,
    })),
    transfers,
    checks: [
      {
        text: "paid + refunded + fees = deposited",
        holds: onChain.paid + onChain.refunded + onChain.fees === onChain.deposited,
      },
      { text: "deposited = the price shown before signing", holds: onChain.deposited === quote.price.total },
      {
        text: "paid = proven seconds x listed price",
        holds: onChain.paid === BigInt(seconds) * leaseOnChain.pricePerSecond && seconds > 0,
      },
      {
        text: "fees = the posted rate on what was paid",
        // Receipts of a lease share one rounding, so the rate is taken of their sum.
        holds:
          onChain.fees ===
          feeOf(
            captured.reduce((sum, { amount }) => sum + amount, 0n),
            quote.price.feeBps,
          ),
      },
      { text: "the cheapest machine that fits did the work", holds: leaseOnChain.pricePerSecond === cheapest },
      {
        text: "the refund is in the buyer's account",
        holds: buyerDollars === before.buyerDollars - onChain.deposited + onChain.refunded,
      },
      {
        text: "the earnings are in the provider's account",
        holds: providerDollars === before.providerDollars + onChain.paid,
      },
      { text: "the buyer never held native gas", holds: buyerGas === 0n },
      { text: "the output has the hash that stands on chain", holds: commitment === leaseOnChain.output },
      {
        text: "count, least, most and mean of gpu_milli agree with our own sum",
        holds: await outputIsRight(market, job, input.template, input.token),
      },
    ],
  };
}
