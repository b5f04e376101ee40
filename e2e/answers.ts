import { readModel } from "@gristmill/circuits/models/readModel";
import { RECIPES, testSets } from "@gristmill/circuits/models/train/recipes";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { classify } from "@gristmill/shared/inference/classify";
import { askModel } from "@gristmill/tools/demo/askModel";
import { watchJob } from "@gristmill/tools/demo/watchJob";
import { roleAccount } from "@gristmill/tools/market/roles";
import type { RunningMarket } from "@gristmill/tools/market/startMarket";
import type { Page } from "playwright-core";
import { erc20Abi } from "viem";
import { expect } from "vitest";
import { confirm, look } from "./browser.ts";

/** A drawing by a hand that the model's training never saw, and what the model says of it. */
function question(file: "digits.json" | "smallDigits.json") {
  const recipe = RECIPES.find(({ name }) => `${name}.json` === file);
  if (!recipe) throw new Error(`no recipe of ${file}`);
  const values = testSets(recipe, 10).otherHands.images[4] ?? new Uint8Array();
  return { values, expected: classify(readModel(file), values).class };
}

/** Orders one answer as a program does, and looks at every coin: all of it in one transaction, nobody waits. */
export async function orderAnswer(running: RunningMarket, weights: "public" | "private") {
  const { market, provider: chain } = running;
  const buyer = roleAccount("buyer");
  const template = running.templates.map((each) => each.template).find((each) => each.inference?.weights === weights);
  if (!template?.inference) throw new Error(`the market offers no ${weights} model`);
  const { values, expected } = question(weights === "public" ? "digits.json" : "smallDigits.json");
  const dollars = (owner: `0x${string}`) =>
    chain.read({ address: market.paymentToken.address, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
  const earned = () =>
    chain.read({
      ...{ address: market.contracts.escrow, abi: escrowAbi, functionName: "balanceOf" as const },
      args: [chain.account.address, market.paymentToken.address],
    });
  const [buyerBefore, earnedBefore] = [await dollars(buyer.address), await earned()];

  const { job, token, readers, bytes, salt } = await askModel(market, chain, buyer, template, values);
  expect(Buffer.from(bytes).toString(), "what the scheduler stores says nothing").not.toContain(salt.toString());
  const settled = await watchJob(market.schedulerUrl, job.jobId, {
    until: ({ status }) => status === "settled" || status === "refunded",
    onChange: () => undefined,
    // What the program says could say what it read.
    onLog: ({ stream }) => expect(stream).toBe("agent"),
    timeoutMs: 200_000,
    token,
  });
  expect(settled.status, settled.detail).toBe("settled");
  const lease = settled.leases.at(-1);
  expect(lease?.answer).toMatchObject({ class: expected, modelId: template.inference.modelId });
  expect(settled.output?.manifest.files.map(({ path }) => path)).toEqual(["answer.json"]);

  // Every coin: what came in went to the provider, the market and back; the price is the listed one of the whole time.
  const { deposited, paid, fees, refunded, closed } = settled.money;
  expect(paid + fees + refunded).toBe(deposited);
  expect(paid).toBe((lease?.pricePerSecond ?? 0n) * BigInt(template.maxSeconds));
  expect(closed).toBe(true);
  expect(await dollars(buyer.address)).toBe(buyerBefore - deposited + refunded);
  // At once: no window has closed, and the provider takes its money.
  expect(Number(await chain.time())).toBeLessThan(settled.terms.leaseEnd);
  expect((await earned()) - earnedBefore).toBe(paid);
  const providerBefore = await dollars(chain.account.address);
  await chain.write({
    ...{ address: market.contracts.escrow, abi: escrowAbi, functionName: "withdraw" as const },
    args: [chain.account.address, market.paymentToken.address],
  });
  expect(await dollars(chain.account.address)).toBe(providerBefore + earnedBefore + paid);
  return { readers, lease, job: settled };
}

/** Asks by drawing in the dApp, as the connected buyer: sealed, paid, answered, and checked in the same browser. */
export async function askInBrowser(running: RunningMarket, page: Page): Promise<void> {
  await page.goto(`${running.market.webUrl}/ask`);
  const pad = page.getByTestId("digit-pad");
  await pad.press("Space");
  await pad.press("Shift+ArrowDown");
  await page.getByTestId("quote-total").waitFor({ timeout: 60_000 });
  await pad.press("Backspace");
  await page.getByText("Draw something").waitFor();
  await page.getByTestId("sample-7").click();
  await page.getByTestId("quote-total").waitFor({ timeout: 60_000 });
  expect(await look(page, "ask")).toEqual([]);
  await page.getByTestId("pay").click();
  await confirm(page);
  await page.waitForURL(/\/jobs\/0x[0-9a-f]{64}$/, { timeout: 60_000 });
  await page.getByTestId("answer").waitFor({ timeout: 180_000 });
  expect(await page.getByTestId("answer").textContent()).toBe("7");
  await page.getByText("The commitment is to the drawing above").waitFor();

  const check = async () => {
    await page.getByTestId("check-proof").first().click();
    const verdict = page.getByTestId("verdict").first();
    await verdict.waitFor({ timeout: 60_000 });
    return { kind: await verdict.getAttribute("data-verdict"), words: await verdict.textContent() };
  };
  expect(await check()).toMatchObject({ kind: "holds", words: expect.stringContaining("What was not shown") });
  expect(await look(page, "answer")).toEqual([]);

  // The same proof does not say that the answer is an 8.
  const copied = await page.getByRole("button", { name: "Copy inference proof" }).first().getAttribute("title");
  const statement = JSON.parse(copied ?? "");
  await page.goto(`${running.market.webUrl}/proofs`);
  const paste = page.getByLabel("A proof, copied from a receipt");
  await paste.fill(JSON.stringify({ ...statement, publicInputs: statement.publicInputs.with(3, "8") }));
  expect(await check()).toMatchObject({ kind: "does-not-hold" });
}
