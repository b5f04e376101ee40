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

/** Other windows that a page is looked at in: a phone, and a wide screen in the dark. */
const windows = [
  { suffix: "phone", width: 360, height: 740, colorScheme: "light" },
  { suffix: "wide-dark", width: 2560, height: 1300, colorScheme: "dark" },
] as const;

/**
 * Takes pictures for a person to look at, and returns what axe finds wrong with the page for a person who cannot, and every
 * window in which the page has to be pushed sideways.
 */
export async function look(page: Page, name: string): Promise<string[]> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  return [...(await axeViolations(page)), ...(await lookElsewhere(page, name))];
}

async function lookElsewhere(page: Page, name: string): Promise<string[]> {
  const usual = page.viewportSize();
  const wider: string[] = [];
  for (const { suffix, width, height, colorScheme } of windows) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(screenshots, `${name}-${suffix}.png`), fullPage: true });
    const needs = await page
      .locator("html")
      .evaluate((root) => (root as unknown as { scrollWidth: number }).scrollWidth);
    if (needs > width) wider.push(`${suffix}: ${width} pixels wide, the page needs ${needs}`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (usual) await page.setViewportSize(usual);
  return wider;
}

async function axeViolations(page: Page): Promise<string[]> {
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
