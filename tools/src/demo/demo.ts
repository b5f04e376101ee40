import { closeSync, openSync, writeFileSync } from "node:fs";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { JobView } from "@gristmill/shared/api/views";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { toWire } from "@gristmill/shared/units/toWire";
import { readFlags } from "../cli/readFlags.ts";
import { createSay, type Say } from "../cli/say.ts";
import type { SentTransaction } from "../market/provider.ts";
import { roleAccount } from "../market/roles.ts";
import { type RunningMarket, startMarket } from "../market/startMarket.ts";
import { ServiceError } from "../services/serviceError.ts";
import { fundBuyer } from "./fundBuyer.ts";
import { type Ledger, makeLedger, takeBefore } from "./ledger.ts";
import { accountNames, printLedger } from "./printLedger.ts";
import { acceptJob, askQuote, checkQuote, pay, waitOutWindow } from "./purchase.ts";
import { stayUp } from "./stayUp.ts";
import { unlessBroken } from "./unlessBroken.ts";
import { watchJob } from "./watchJob.ts";

const JOB_TIMEOUT_MS = 5 * 60_000;

const statusWords: Record<JobView["status"], string> = {
  funded: "paid, looking for a machine",
  placed: "placed",
  pulling: "fetching image and input (not billed)",
  running: "running",
  proving: "proving",
  captured: "captured",
  settled: "settled",
  refunded: "refunded",
};

/** The scripted purchase on a running market. @returns the ledger */
export async function runPurchase(say: Say, running: RunningMarket, countersign: boolean): Promise<Ledger> {
  const { market, provider: chain } = running;
  const template = running.templates[0];
  if (!template) throw new Error("the market has no job template");
  const buyer = roleAccount("buyer");
  const own: SentTransaction[] = [...running.transactions];
  own.push({ verb: "faucet", txHash: await fundBuyer(market, chain) });
  const before = await takeBefore(market, chain, buyer.address);

  say.line();
  say.line(`Buyer ${buyer.address}: ${formatUsd(before.buyerDollars)} test USD, no native gas`);
  const quote = await askQuote(market, buyer, template);
  for (const { name, pricePerSecond } of quote.candidates)
    say.line(`  fits     ${name.padEnd(8)} ${formatUsd(pricePerSecond)} USD / s`);
  say.line(`  chosen   ${quote.why}`);
  for (const { name, reason } of quote.refused) say.line(`  refused  ${name.padEnd(8)} ${reason}`);
  const { price } = quote;
  say.line(
    `  Pay up to ${formatUsd(price.total)} USD (${price.maxSeconds} s at most: ${formatUsd(price.compute)} compute + ${formatUsd(price.fee)} fee), get back what you don't use`,
  );
  await checkQuote(market, quote, chain);

  let paid = undefined as Awaited<ReturnType<typeof pay>> | undefined;
  await say.step("Payment", async () => {
    paid = await pay(market, buyer, quote);
    return `x402: 402 -> one signature -> ${formatUsd(quote.price.total)} USD in escrow`;
  });
  if (!paid) throw new Error("the payment gave no job");
  const { token, job: ordered } = paid;
  const { jobId } = ordered;
  own.push({ verb: "pay", txHash: paid.txHash });

  say.line(`Job ${market.webUrl}/jobs/${jobId}`);
  let status = "";
  const onChange = (job: JobView) => {
    if (job.status === status) return;
    status = job.status;
    say.line(`  ${statusWords[job.status]}${job.detail ? `: ${job.detail}` : ""}`);
  };
  const job = await watchJob(market.schedulerUrl, jobId, {
    until: (it) => ["captured", "settled", "refunded"].includes(it.status),
    onChange,
    onLog: ({ stream, text }) => say.line(`    ${stream === "agent" ? "·" : "|"} ${text}`),
    timeoutMs: JOB_TIMEOUT_MS,
    token,
  });
  if (job.status !== "captured") throw new Error(`the job ended as "${job.status}": ${job.detail}`);

  if (countersign) {
    await say.step("Acceptance", async () => {
      await acceptJob(market, buyer, job);
      return `buyer countersigned ${formatUsd(job.spent)} USD`;
    });
  } else {
    await say.step("Claim window", async () => {
      const seconds = await waitOutWindow(market, chain, job);
      return `nobody countersigned: chain time moved ${(seconds / 3600).toFixed(1)} h ahead, to the window's end`;
    });
  }
  const settled = await watchJob(market.schedulerUrl, jobId, {
    until: (it) => it.status === "settled",
    onChange,
    onLog: () => undefined,
    timeoutMs: 60_000,
    token,
  });
  own.push({
    verb: "withdraw",
    txHash: await chain.write({
      address: market.contracts.escrow,
      abi: escrowAbi,
      functionName: "withdraw",
      args: [chain.account.address, market.paymentToken.address],
    }),
  });

  const ledger = await makeLedger({
    token,
    market,
    chain,
    quote,
    job: settled,
    template,
    before,
    ownTransactions: own,
  });
  printLedger(say, ledger, accountNames(market, ledger, quote.vault, buyer.address));
  return ledger;
}

function readOptions(args: string[]) {
  const usage = "./mill demo [--once] [--json FILE] [--no-countersign]";
  const boolean = { type: "boolean" } as const;
  const values = readFlags("demo", usage, args, { once: boolean, json: { type: "string" }, "no-countersign": boolean });
  try {
    // Found out now, not after the purchase.
    if (values.json !== undefined) closeSync(openSync(values.json, "a"));
  } catch (error) {
    throw new ServiceError(
      "demo",
      `--json ${values.json} cannot be written`,
      "Name a file in a folder that exists.",
      error,
    );
  }
  return values;
}

/**
 * `./mill demo`: market, purchase, ledger, and then the dApp stays open; `--once` ends instead.
 * @returns exit code: 0 when every line of the ledger holds
 */
export async function runDemo(args: string[]): Promise<number> {
  const values = readOptions(args);
  const say = createSay();
  say.line("Gristmill: one job through the whole market");
  const running = await startMarket(say);
  try {
    const ledger = await unlessBroken(running, runPurchase(say, running, values["no-countersign"] !== true));
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(toWire(ledger), null, 2)}\n`);
    const failed = ledger.checks.filter(({ holds }) => !holds);
    say.line();
    if (failed.length > 0) {
      say.line(`${failed.length} line(s) of the ledger do not hold: ${failed.map(({ text }) => text).join("; ")}`);
      return 1;
    }
    if (values.once) {
      say.line(`Every line holds. The dApp was at ${running.market.webUrl}; leave out --once to keep it open.`);
      return 0;
    }
    return await stayUp(say, running);
  } finally {
    await running.stop();
  }
}
