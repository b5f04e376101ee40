import { createSay } from "../cli/say.ts";
import { startMarket } from "../market/startMarket.ts";
import { fundBuyer } from "./fundBuyer.ts";
import { stayUp } from "./stayUp.ts";

/** `./mill up`: the market without the scripted purchase. @returns exit code */
export async function runUp(_args: string[]): Promise<number> {
  const say = createSay();
  say.line("Gristmill: opening the market");
  const running = await startMarket(say);
  try {
    await fundBuyer(running.market, running.provider);
    say.line();
    return await stayUp(say, running);
  } finally {
    await running.stop();
  }
}
