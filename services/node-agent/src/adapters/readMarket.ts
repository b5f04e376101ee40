import { readFile } from "node:fs/promises";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";

/**
 * The market to join, from a file or from a scheduler.
 * @throws BaseError `config_invalid` when it is missing or no market; `chain_unavailable` when the scheduler is away
 */
export async function readMarket(source: { file: string } | { url: string }): Promise<Market> {
  let content: unknown;
  if ("file" in source) {
    try {
      content = JSON.parse(await readFile(source.file, "utf8"));
    } catch (cause) {
      throw new BaseError("config_invalid", `MARKET_FILE: ${source.file} cannot be read as JSON`, { cause });
    }
  } else {
    try {
      const response = await fetch(new URL("/v1/market", source.url), { signal: AbortSignal.timeout(15_000) });
      content = await response.json();
    } catch (cause) {
      throw new BaseError("chain_unavailable", `MARKET_URL: no market answers at ${source.url}`, { cause });
    }
  }
  const market = marketSchema.safeParse(content);
  if (market.success) return market.data;
  const [issue] = market.error.issues;
  const where = "file" in source ? `MARKET_FILE: ${source.file}` : `MARKET_URL: ${source.url}`;
  throw new BaseError("config_invalid", `${where} is no market: ${issue?.path.join(".")} ${issue?.message}`);
}
