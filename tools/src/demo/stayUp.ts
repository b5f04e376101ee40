import { join, relative } from "node:path";
import { checkoutRoot, millDir } from "../checkout.ts";
import type { Say } from "../cli/say.ts";
import { shutdownSignal } from "../cli/shutdown.ts";
import { marketFile } from "../market/marketFile.ts";
import type { RunningMarket } from "../market/startMarket.ts";

/** From the checkout, where it lies in there; `MILL_STATE` may be anywhere. */
function shownPath(path: string): string {
  const inside = relative(checkoutRoot, path);
  return inside.startsWith("..") ? path : inside;
}

/** Keeps the market open until Ctrl-C, or until one of its processes ends by itself. @returns exit code */
export async function stayUp(say: Say, running: RunningMarket): Promise<number> {
  say.line(`The dApp is open at ${running.market.webUrl}`);
  say.line(`Everything a client needs to join is in ${shownPath(marketFile)}. Ctrl-C ends the market.`);
  const asked = new Promise<undefined>((resolve) => {
    shutdownSignal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const ended = await Promise.race([asked, running.broken]);
  if (ended === undefined) return 0;
  say.line(`${ended} ended by itself: see ${shownPath(join(millDir, "logs", `${ended}.log`))}. Closing the market.`);
  return 1;
}
