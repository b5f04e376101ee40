import { randomUUID } from "node:crypto";
import { templateSchema } from "@gristmill/shared/api/views";
import { marketSchema } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { isAddressEqual } from "viem";
import { z } from "zod";
import { readJsonFile } from "../adapters/readJsonFile.ts";
import { readKeyFile } from "../adapters/readKeyFile.ts";
import { createMetrics } from "../adapters/telemetry/metrics.ts";
import type { Config } from "../config.ts";
import { createLogger } from "../logger.ts";
import { secretsOfUrl } from "../redact.ts";

export type Settings = Awaited<ReturnType<typeof readSettings>>;

/**
 * What was configured, and what every part gets: the log, the clock, this process's name.
 * @throws BaseError `config_invalid`
 */
export async function readSettings(config: Config) {
  const market = await readJsonFile("MARKET_FILE", config.marketFile, marketSchema);
  const templates = await readJsonFile("TEMPLATES_FILE", config.templatesFile, z.array(templateSchema));
  const account = await readKeyFile("SCHEDULER_KEY_FILE", config.schedulerKeyFile);
  for (const role of ["scheduler", "notary"] as const) {
    if (isAddressEqual(account.address, market[role])) continue;
    throw new BaseError(
      "config_invalid",
      `SCHEDULER_KEY_FILE must hold the key of the market's ${role}, ${market[role]}`,
    );
  }
  return {
    ...createLogger(config.logLevel, secretsOf(config)),
    metrics: createMetrics(),
    config,
    market,
    templates,
    account,
    publicUrl: (config.publicUrl ?? market.schedulerUrl).replace(/\/+$/, ""),
    /** Unix milliseconds by a clock that goes on steadily when the machine's time is set anew. */
    nowMs: () => Math.round(performance.timeOrigin + performance.now()),
    processName: randomUUID(),
  };
}

/** What of the configuration must stand in no log. The key itself is read into an account and nowhere else. */
function secretsOf({ databaseUrl, redisUrl, rpcUrl, facilitatorUrl, otlpEndpoint }: Config): string[] {
  return [databaseUrl, redisUrl, rpcUrl, facilitatorUrl, otlpEndpoint].flatMap(secretsOfUrl);
}
