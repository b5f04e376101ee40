import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { millDir } from "@gristmill/tools/checkout";
import { ensureChromium } from "@gristmill/tools/services/chromium";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where the tests leave what they saw. */
const screenshots = join(millDir, "screenshots");

/** Debian's Chromium without a network of its own. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureChromium(millDir),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Takes a picture for a person to look at, and returns what axe finds wrong with the page for a person who cannot. */
export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  // evaluate, not a script tag: the page's own policy allows no foreign script.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[] }[] }[] }> };
    };
    return (await checker.run()).violations.map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join(", ")})`,
    );
  });
  return violations;
}

/** Connects the development wallet in a role. */
export async function connect(page: Page, role: "buyer" | "provider"): Promise<void> {
  await page.getByTestId("connect").first().click();
  await page.getByTestId(`dev-wallet-${role}`).click();
  await page.getByTestId("connected").first().waitFor();
}

/** Says yes in the development wallet's own window, as often as it asks. */
export async function confirm(page: Page): Promise<void> {
  await page.getByTestId("wallet-confirm").click({ timeout: 60_000 });
}

/** Leaves the wallet, so that the next test can come as somebody else. */
export async function disconnect(page: Page): Promise<void> {
  await page.getByTestId("connected").first().click();
  await page.getByText("Disconnect").click();
  await page.getByTestId("connect").first().waitFor();
}
