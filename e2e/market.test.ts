import { rmSync } from "node:fs";
import { join } from "node:path";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { jobViewSchema } from "@gristmill/shared/api/views";
import { termsForChain } from "@gristmill/shared/job/terms";
import { millDir } from "@gristmill/tools/checkout";
import { down } from "@gristmill/tools/cli/down";
import { createSay } from "@gristmill/tools/cli/say";
import { runPurchase } from "@gristmill/tools/demo/demo";
import { startNode } from "@gristmill/tools/market/nodeProcess";
import { roleAccount } from "@gristmill/tools/market/roles";
import { type RunningMarket, startMarket } from "@gristmill/tools/market/startMarket";
import { endProcess, readPidFile, type SupervisedProcess } from "@gristmill/tools/services/process";
import { decodePaymentSignatureHeader } from "@x402/core/http";
import type { ExactEIP3009Payload } from "@x402/evm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { erc20Abi, type Hash, toFunctionSelector } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askInBrowser, orderAnswer } from "./answers.ts";
import { confirm, connect, disconnect, look, openBrowser } from "./browser.ts";
import { pullThePlug, runTwice } from "./severalMachines.ts";

let running: RunningMarket;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let west: SupervisedProcess | undefined;
let schedulerGone = false;
const complaints: string[] = [];

beforeAll(async () => {
  // What an earlier run left would be in the way of counting machines.
  await down(millDir);
  rmSync(millDir, { recursive: true, force: true });
  running = await startMarket(createSay());
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    // A browser reports every 402 as an error; here it is the price tag. And a scheduler that is gone does not answer.
    const isPriceTag = message.text().includes("402 (Payment Required)");
    const isSilence = schedulerGone && /net::ERR_|404/.test(message.text());
    if (message.type() === "error" && !isPriceTag && !isSilence) complaints.push(`console: ${message.text()}`);
  });
});

afterAll(async () => {
  await browser?.close();
  await west?.stop();
  await running?.stop();
});

const startWest = () =>
  startNode(
    { name: "west", gpu: "simulated:rtx4090:24576", region: "US" },
    { dockerHost: running.dockerHost, imageStore: running.imageStore },
  );
const open = (path: string) => page.goto(`${running.market.webUrl}${path}`);
const dollars = (owner: `0x${string}`) =>
  running.provider.read({
    address: running.market.paymentToken.address,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [owner],
  });

/** Lets the chain's clock run ahead, which only a local chain can. */
async function passTime(seconds: number): Promise<void> {
  const { publicClient } = running.provider;
  await publicClient.request({ method: "evm_increaseTime", params: [seconds] } as never);
  await publicClient.request({ method: "evm_mine", params: [] } as never);
}
const moneyOf = (jobId: Hash) =>
  running.provider.read({
    address: running.market.contracts.escrow,
    abi: escrowAbi,
    functionName: "jobOf",
    args: [jobId],
  });

test("a visitor sees both machines, what they cost and that their GPUs are simulated", async () => {
  await open("/");
  await page.getByTestId("asset-row").nth(1).waitFor();
  const rows = await page.getByTestId("asset-row").allInnerTexts();
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row.toLowerCase()).toContain("simulated");
  expect(await look(page, "marketplace")).toEqual([]);
});

test("a provider accepts a new machine in the dApp and lists it at its own price", async () => {
  west = await startWest();
  await open("/provider");
  await connect(page, "provider");
  await page.getByTestId("accept-machine").waitFor({ timeout: 60_000 });
  expect(await look(page, "provider-waiting")).toEqual([]);
  await page.getByTestId("accept-machine").click();
  await confirm(page);
  await page.getByLabel("Price, USD / h").fill("1.08", { timeout: 60_000 });
  await page.getByTestId("list-gpu").click();
  await confirm(page);
  await confirm(page);
  await page.getByText("1.08 USD / h").waitFor({ timeout: 60_000 });
  expect(await look(page, "provider")).toEqual([]);

  await open("/");
  await page.getByTestId("asset-row").filter({ hasText: "west" }).filter({ hasText: "0.0003 USD / s" }).waitFor();
  await disconnect(page);
});

test("a buyer without gas runs a job through the dApp, watches it and gets the rest back", async () => {
  const buyer = roleAccount("buyer").address;
  await open("/buy");
  await connect(page, "buyer");
  await page.getByTestId("faucet").click();
  await page.getByTestId("quote-total").waitFor();
  expect(await look(page, "buy")).toEqual([]);

  const before = await dollars(buyer);
  await page.getByTestId("pay").click();
  await confirm(page);
  await page.waitForURL(/\/jobs\/0x[0-9a-f]{64}$/, { timeout: 60_000 });
  const jobId = page.url().split("/").at(-1) as Hash;
  await page
    .getByTestId("job-logs")
    .getByText(/resamples/)
    .first()
    .waitFor({ timeout: 90_000 });
  expect(await look(page, "job-running")).toEqual([]);

  await page.getByTestId("accept").click({ timeout: 120_000 });
  await confirm(page);
  await page
    .getByTestId("job-status")
    .getByText(/settled/i)
    .first()
    .waitFor({ timeout: 60_000 });
  expect(await look(page, "job-settled")).toEqual([]);

  const money = await moneyOf(jobId);
  expect(money.paid + money.refunded + money.fees).toBe(money.deposited);
  expect(money.paid).toBeGreaterThan(0n);
  expect(money.paid % 300n, "the new machine is the cheapest, so it did the work, at its own price").toBe(0n);
  expect(await dollars(buyer)).toBe(before - money.deposited + money.refunded);
  expect(await running.provider.publicClient.getBalance({ address: buyer })).toBe(0n);

  // A reload tells the same story.
  await page.reload();
  await page
    .getByTestId("job-status")
    .getByText(/settled/i)
    .first()
    .waitFor();
  const view = jobViewSchema.parse(
    await (await page.request.get(`${running.market.schedulerUrl}/v1/jobs/${jobId}`)).json(),
  );
  const stranger = await fetch(`${running.market.schedulerUrl}/v1/jobs/${jobId}`);
  expect(stranger.status, "nobody but the browser that paid sees the job").toBe(401);
  expect(view).toMatchObject({
    status: "settled",
    money: { paid: money.paid, refunded: money.refunded, fees: money.fees },
  });
});

test("the buyer's browser checks the proof by itself: a changed value and a foreign key are refused, in words", async () => {
  const verdict = async () => {
    await page.getByTestId("check-proof").first().click();
    const notice = page.getByTestId("verdict").first();
    await notice.waitFor({ timeout: 60_000 });
    return { kind: await notice.getAttribute("data-verdict"), words: await notice.textContent() };
  };
  const [worker, onJob] = await Promise.all([page.waitForEvent("worker"), verdict()]);
  const { headers } = await fetch(worker.url());
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'");
  expect(onJob).toMatchObject({
    kind: "holds",
    words: expect.stringContaining("What was not shown: That useful work"),
  });
  expect(await look(page, "proof-holds")).toEqual([]);

  const copied = (await page.getByRole("button", { name: "Copy usage proof" }).first().getAttribute("title")) ?? "";
  await open("/proofs");
  const paste = page.getByLabel("A proof, copied from a receipt");
  await paste.fill(copied);
  expect(await verdict()).toMatchObject({ kind: "holds" });
  expect(await look(page, "proofs")).toEqual([]);

  const statement = JSON.parse(copied);
  for (const [index, value] of statement.publicInputs.entries()) {
    const publicInputs = statement.publicInputs.with(index, String(BigInt(value) + 1n));
    await paste.fill(JSON.stringify({ ...statement, publicInputs }));
    expect(await verdict(), `value ${index}`).toMatchObject({ kind: "does-not-hold" });
  }
  expect(await look(page, "proof-refused")).toEqual([]);

  // A chain whose verifier holds another key than this page.
  const selector = toFunctionSelector("verificationKeyHash()").slice(2);
  await page.route(`${running.market.rpcUrl}/**`, async (route) => {
    const body = route.request().postData() ?? "";
    if (!body.includes(selector)) return route.fallback();
    const { id } = JSON.parse(body);
    const headers = { "access-control-allow-origin": "*", "content-type": "application/json" };
    return route.fulfill({ headers, body: JSON.stringify({ jsonrpc: "2.0", id, result: `0x${"11".repeat(32)}` }) });
  });
  await paste.fill(copied);
  expect(await verdict()).toMatchObject({ kind: "wrong-key", words: expect.stringContaining("Not checked") });
  expect(await look(page, "proof-wrong-key")).toEqual([]);
  await page.unrouteAll();
});

test("a machine unplugged in the middle of a job: the work goes on elsewhere from its saved state, paid once for each proven second", async () => {
  if (west === undefined) throw new Error("the third machine did not start");
  await pullThePlug(running, west, async () => {
    west = await startWest();
  });
});

test("the same work on two machines at once gives the same output twice, and each is paid its own seconds", async () => {
  await runTwice(running);
});

test("a program buys a proven answer of the public model: paid in one transaction, withdrawn at once, every coin counted", async () => {
  await orderAnswer(running, "public");
});

test("an answer of the private model comes from the one machine that holds its weights, and is paid the same way", async () => {
  const { readers, lease } = await orderAnswer(running, "private");
  expect(readers.map(({ name }) => name)).toEqual(["north"]);
  expect(lease?.assetName).toBe("north");
});

test("a buyer draws a digit in the dApp, gets a proven answer, and checks it in the same browser: an 8 is not what was proven", async () => {
  await askInBrowser(running, page);
});

test("a buyer who never countersigns still gets the rest back when the claim window closes", async () => {
  const ledger = await runPurchase(createSay(), running, false);
  expect(ledger.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(ledger.paid + ledger.refunded + ledger.fees).toBe(ledger.deposited);
});

test("a buyer whose signature ran out is charged nothing, told so, and pays the fresh price instead", async () => {
  const buyer = roleAccount("buyer").address;
  await open("/buy");
  await page.getByTestId("quote-total").waitFor();
  const before = await dollars(buyer);
  await page.getByTestId("pay").click();
  await page.getByTestId("wallet-confirm").waitFor();
  // The signature allows five minutes; the wallet's window stays open longer.
  await passTime(600);
  await confirm(page);
  await page.getByText("Your signature ran out").waitFor();
  expect(await look(page, "payment-expired")).toEqual([]);
  expect(await dollars(buyer)).toBe(before);

  await page.getByTestId("fresh-quote").click();
  await page.getByTestId("fresh-quote").waitFor({ state: "detached" });
  await page.getByTestId("pay").click();
  await confirm(page);
  await page.waitForURL(/\/jobs\/0x[0-9a-f]{64}$/, { timeout: 60_000 });
  await page.getByTestId("accept").waitFor({ timeout: 120_000 });
});

/** Pays in the dApp, but the scheduler dies on the way: somebody else brings the signed payment to the token, and no more. */
async function payIntoVaultOnly(): Promise<{ jobId: Hash; value: bigint }> {
  await open("/buy");
  await page.getByTestId("quote-total").waitFor();
  let value = 0n;
  await page.route("**/v1/jobs", async (route) => {
    const header = route.request().headers()["payment-signature"];
    if (header === undefined) return route.continue();
    const { payload } = decodePaymentSignatureHeader(header) as unknown as { payload: ExactEIP3009Payload };
    const { authorization, signature } = payload;
    value = BigInt(authorization.value);
    await running.provider.write({
      address: running.market.paymentToken.address,
      abi: testDollarAbi,
      functionName: "transferWithAuthorization",
      args: [
        authorization.from,
        authorization.to,
        value,
        BigInt(authorization.validAfter),
        BigInt(authorization.validBefore),
        authorization.nonce,
        signature as Hash,
      ],
    });
    await route.abort();
  });
  await page.getByTestId("pay").click();
  await confirm(page);
  const link = page.getByRole("link", { name: "look at the job" });
  const jobId = (await link.getAttribute("href", { timeout: 60_000 }))?.split("/").at(-1) as Hash;
  await page.unroute("**/v1/jobs");
  return { jobId, value };
}

test("a buyer whose scheduler vanished gets the money back by its own wallet, and every cent is accounted for", async () => {
  const buyer = roleAccount("buyer").address;
  const jobId = page.url().split("/").at(-1) as Hash;
  const { schedulerUrl, contracts } = running.market;
  const view = jobViewSchema.parse(await (await page.request.get(`${schedulerUrl}/v1/jobs/${jobId}`)).json());
  const before = await dollars(buyer);
  // One more order: its payment reaches the vault, and nobody is left to open the job.
  const openPage = await context.newPage();
  await openPage.goto(page.url());
  await openPage.getByTestId("accept").waitFor();
  schedulerGone = true;
  const relayed = await payIntoVaultOnly();
  expect(await dollars(buyer)).toBe(before - relayed.value);
  const scheduler = readPidFile(join(millDir, "run", "scheduler.json"));
  if (!scheduler) throw new Error("the scheduler left no pid file");
  await endProcess(scheduler.process, "SIGKILL", 5_000);
  await passTime(view.terms.claimDeadline - Number(await running.provider.time()) + 1);

  // The page that was open offers the way out, and so does one that is opened now.
  await openPage.getByTestId("settle").waitFor({ timeout: 60_000 });
  await openPage.close();
  await open("/jobs");
  await page.getByTestId("job-row").first().waitFor({ timeout: 60_000 });
  expect(await look(page, "jobs-no-scheduler")).toEqual([]);
  await open(`/jobs/${jobId}`);
  const settle = page.getByTestId("settle");
  await settle.waitFor({ timeout: 60_000 });
  await page.getByText("cannot pay the gas").waitFor();
  expect(await settle.isDisabled()).toBe(true);
  expect(await look(page, "job-no-scheduler-no-gas")).toEqual([]);

  const { wallet, mined } = running.provider;
  await mined(await wallet.sendTransaction({ to: buyer, value: 10n ** 16n }));
  await settle.click({ timeout: 60_000 });
  await page.getByTestId("wallet-confirm").waitFor();
  expect(await look(page, "job-exit-wallet")).toEqual([]);
  await confirm(page);
  await page.getByText("This job is closed").waitFor({ timeout: 60_000 });
  expect(await dollars(buyer)).toBe(before - relayed.value + (await moneyOf(jobId)).refunded);
  expect(await look(page, "job-no-scheduler-closed")).toEqual([]);

  const closed = await moneyOf(jobId);
  expect(closed.closed).toBe(true);
  expect(closed.refunded).toBeGreaterThan(0n);
  await open(`/jobs/${relayed.jobId}`);
  await page.getByTestId("settle").click({ timeout: 60_000 });
  await confirm(page);
  await page.getByText("Nothing of your payment is in this job's vault").waitFor({ timeout: 60_000 });
  expect(await look(page, "job-vault-returned")).toEqual([]);
  expect(await dollars(buyer)).toBe(before + closed.refunded);
  // What was proven is the provider's, who takes it without a scheduler, too.
  await running.provider.write({
    address: contracts.escrow,
    abi: escrowAbi,
    functionName: "release",
    args: [termsForChain(view.terms), roleAccount("provider").address],
  });
  const money = await moneyOf(jobId);
  expect(money.paid).toBeGreaterThan(0n);
  expect(money.paid + money.refunded + money.fees).toBe(money.deposited);
});

test("no page logged an error on the way", () => {
  expect(complaints).toEqual([]);
});
