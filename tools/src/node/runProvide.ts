import { marketSchema } from "@gristmill/shared/chain/market";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { parseUsd } from "@gristmill/shared/units/parseUsd";
import { readFlags } from "../cli/readFlags.ts";
import type { Say } from "../cli/say.ts";
import { chainClient } from "../market/chainClient.ts";
import { bringToMarket } from "../market/provider.ts";
import { openProviderKey } from "../market/providerKey.ts";
import { ServiceError } from "../services/serviceError.ts";

const usage = "./mill provide --market URL --key FILE --password-file FILE --name MACHINE --price USD_PER_HOUR";

/**
 * `./mill provide`: accepts a waiting machine and lists it, for a provider without a browser (a data centre's script).
 * @throws {ServiceError} when a flag is missing, the market does not answer or the key does not open
 */
export async function runProvide(args: string[], say: Say): Promise<number> {
  const string = { type: "string" } as const;
  const values = readFlags("provide", usage, args, {
    ...{ market: string, key: string, "password-file": string },
    ...{ name: string, price: string, rpc: string },
  });
  const { market: url, key, "password-file": passwordFile, name, price } = values;
  if (!url || !key || !passwordFile || !name || !price) {
    throw new ServiceError("provide", "a flag is missing", usage);
  }
  const pricePerSecond = parseUsd(price) / 3600n;
  if (pricePerSecond === 0n)
    throw new ServiceError("provide", `${price} USD an hour is less than one atomic unit a second`, usage);
  const answer = await fetch(`${url}/v1/market`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (!answer?.ok) throw new ServiceError("provide", `no market answers at ${url}`, "Check --market.");
  const market = marketSchema.parse(await answer.json());
  const account = await openProviderKey(key, passwordFile);
  const chain = chainClient(values.rpc ?? market.rpcUrl, market.chainId, account);
  await say.step(name, async () => {
    const { assetId, transactions } = await bringToMarket(chain, market, name, pricePerSecond);
    const done = transactions.map(({ verb }) => verb).join(", ") || "nothing left to do";
    return `asset ${assetId} at ${formatUsd(pricePerSecond)} USD / s (${done})`;
  });
  return 0;
}
