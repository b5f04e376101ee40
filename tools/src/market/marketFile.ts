import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@gristmill/shared/chain/deployment";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import { millDir } from "../checkout.ts";
import { DEV_MNEMONIC } from "../services/chain.ts";
import { roleAccount, rolePath } from "./roles.ts";

/** Where outside clients look. */
export const marketFile = join(millDir, "market.json");

/** Fee of the local market, basis points. */
const LOCAL_FEE_BPS = 250;

/** Writes `.mill/market.json`: all that an outside client needs to join. */
export function writeMarketFile(
  urls: { rpcUrl: string; schedulerUrl: string; webUrl: string },
  deployment: Deployment,
): Market {
  const market = marketSchema.parse({
    network: `eip155:${deployment.chainId}`,
    chainId: deployment.chainId,
    ...urls,
    contracts: deployment.contracts,
    paymentToken: {
      address: deployment.contracts.token,
      name: "Test Dollar",
      version: "1",
      symbol: "tUSD",
      decimals: 6,
    },
    scheduler: roleAccount("scheduler").address,
    notary: roleAccount("scheduler").address,
    feeBps: LOCAL_FEE_BPS,
    feeRecipient: roleAccount("treasury").address,
    windowSeconds: deployment.minGapSeconds,
    startBlock: deployment.blockNumber,
    developmentAccounts: (["provider", "buyer"] as const).map((role) => ({
      role,
      address: roleAccount(role).address,
      mnemonic: DEV_MNEMONIC,
      path: rolePath(role),
    })),
  } satisfies Market);
  const temporary = `${marketFile}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(market, null, 2)}\n`);
  renameSync(temporary, marketFile);
  return market;
}
