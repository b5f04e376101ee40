import type { Market } from "@gristmill/shared/chain/market";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { isAddressEqual } from "viem";
import { systemClock } from "./adapters/systemClock.ts";
import type { Reporter } from "./application/ports.ts";
import type { assemble } from "./container.ts";

const SOON_MS = 2_000;
const LATER_MS = 30_000;

/** Tells the owner, once each, what their account still has to do: accept the machine, mint it, list it. */
export async function watchPairing(
  { chain }: Pick<ReturnType<typeof assemble>, "chain">,
  options: {
    market: Market;
    provider: `0x${string}`;
    report: Reporter;
    signal: AbortSignal;
    onStage: (stage: string) => void;
  },
): Promise<void> {
  const { market, provider, report, signal } = options;
  let said = "";
  const say = (stage: string, text: string, warn = false) => {
    if (said === stage) return;
    said = stage;
    options.onStage(text);
    report[warn ? "warn" : "step"](stage.split(":")[0] ?? stage, text);
  };
  while (!signal.aborted) {
    let settled = false;
    try {
      const owner = await chain.providerOfNode();
      if (owner === undefined) {
        say("waiting", `Waiting for your provider account to accept this machine: open ${market.webUrl}/provider`);
      } else if (!isAddressEqual(owner, provider)) {
        say("pairing", `this node's key belongs to ${owner}, not to PROVIDER ${provider}; it takes no leases`, true);
      } else {
        const asset = await chain.asset();
        if (asset === undefined) {
          say("paired", `accepted by ${provider}; next, list this machine: open ${market.webUrl}/provider`);
        } else if (!asset.listing.active) {
          say("asset", `asset ${asset.assetId} seen on chain, not listed yet: open ${market.webUrl}/provider`);
        } else {
          settled = true;
          const price = `${formatUsd(asset.listing.pricePerSecond, market.paymentToken.decimals)} ${market.paymentToken.symbol} / s`;
          say(`listed:${price}`, `asset ${asset.assetId} is listed at ${price}; waiting for leases`);
        }
      }
    } catch (error) {
      say("chain", error instanceof Error ? error.message : String(error), true);
    }
    await systemClock.sleep(settled ? LATER_MS : SOON_MS, signal);
  }
}
