import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtureMarket } from "../test/fixtureMarket.ts";
import { readMarketConfig } from "./config.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gristmill-web-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string) {
  const path = join(folder, "market.json");
  await writeFile(path, content);
  return readMarketConfig(path);
}

test("the development accounts never reach a browser on another chain", async () => {
  const market = fixtureMarket();
  const local = await read(JSON.stringify(market));
  expect(local.ok && local.market.developmentAccounts?.length).toBe(2);
  const elsewhere = await read(JSON.stringify({ ...market, network: "eip155:8453", chainId: 8453 }));
  expect(elsewhere.ok && !("developmentAccounts" in elsewhere.market)).toBe(true);
});

test.each(["", "{", "{}"])(
  "a visitor of a server with a broken market file (%j) is told what is wrong",
  async (content) => {
    const config = await read(content);
    expect(config.ok).toBe(false);
  },
);

test("a server without a market says which variable is missing", async () => {
  expect(await readMarketConfig("")).toMatchObject({ ok: false, problem: expect.stringContaining("MARKET_FILE") });
});
