import { readFile } from "node:fs/promises";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import { z } from "zod";

/** The development chain: the only one where the well-known accounts may reach the browser. */
const developmentChainId = 31337;

export type MarketConfig = { ok: true; market: Market } | { ok: false; problem: string };

/**
 * Reads the market this server shows, at each request: one build serves any market.
 * The path is in `MARKET_FILE`. On any other chain than the development one the accounts are left out.
 */
export async function readMarketConfig(path: string | undefined = process.env.MARKET_FILE): Promise<MarketConfig> {
  if (!path) return { ok: false, problem: "MARKET_FILE is not set; it must be the path of a market.json" };
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return { ok: false, problem: `MARKET_FILE names ${path}, which cannot be read` };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: `${path} is not JSON` };
  }
  const parsed = marketSchema.safeParse(json);
  if (!parsed.success) return { ok: false, problem: `${path} is no market: ${z.prettifyError(parsed.error)}` };
  const { developmentAccounts, ...rest } = parsed.data;
  const keepAccounts = rest.chainId === developmentChainId && developmentAccounts !== undefined;
  return { ok: true, market: keepAccounts ? { ...rest, developmentAccounts } : rest };
}
