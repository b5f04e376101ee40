import { rmSync } from "node:fs";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { jobViewSchema } from "@gristmill/shared/api/views";
import { millDir } from "@gristmill/tools/checkout";
import { down } from "@gristmill/tools/cli/down";
import { createSay } from "@gristmill/tools/cli/say";
import { runPurchase } from "@gristmill/tools/demo/demo";
import { startNode } from "@gristmill/tools/market/nodeProcess";
import { roleAccount } from "@gristmill/tools/market/roles";
import { type RunningMarket, startMarket } from "@gristmill/tools/market/startMarket";
import type { SupervisedProcess } from "@gristmill/tools/services/process";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { erc20Abi, type Hash } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { confirm, connect, disconnect, look, openBrowser } from "./browser.ts";

let running: RunningMarket;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let west: SupervisedProcess | undefined;
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
    // A browser reports every 402 as an error; here it is the price tag.
    const isPriceTag = message.text().includes("402 (Payment Required)");
    if (message.type() === "error" && !isPriceTag) complaints.push(`console: ${message.text()}`);
  });
});

afterAll(async () => {
  await browser?.close();
  await west?.stop();
  await running?.stop();
});

const open = (path: string) => page.goto(`${running.market.webUrl}${path}`);
const dollars = (owner: `0x${string}`) =>
  running.provider.read({
    address: running.market.paymentToken.address,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [owner],
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
  west = await startNode(
    { name: "west", gpu: "simulated:rtx4090:24576", region: "US" },
    { dockerHost: running.dockerHost, imageStore: running.imageStore },
  );
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

  const money = await running.provider.read({
    address: running.market.contracts.escrow,
    abi: escrowAbi,
    functionName: "jobOf",
    args: [jobId],
  });
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
  const view = jobViewSchema.parse(await (await fetch(`${running.market.schedulerUrl}/v1/jobs/${jobId}`)).json());
  expect(view).toMatchObject({
    status: "settled",
    money: { paid: money.paid, refunded: money.refunded, fees: money.fees },
  });
});

test("a buyer who never countersigns still gets the rest back when the claim window closes", async () => {
  const ledger = await runPurchase(createSay(), running, false);
  expect(ledger.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(ledger.paid + ledger.refunded + ledger.fees).toBe(ledger.deposited);
});

test("no page logged an error on the way", () => {
  expect(complaints).toEqual([]);
});
