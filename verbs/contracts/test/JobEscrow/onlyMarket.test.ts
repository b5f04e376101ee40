import { termsForChain } from "@gristmill/shared/job/terms";
import { describe, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();

describe("reserve, unreserve, book, accept, settle", () => {
  it.each(["reserve", "unreserve", "book", "accept", "settle"])(
    "%s reverts for everybody but the market: nobody else moves a job's money",
    async (verb) => {
      const terms = await market().funded();
      const packed = termsForChain(terms);
      const args: Record<string, readonly unknown[]> = {
        reserve: [packed, accounts.provider.address, 1n],
        unreserve: [market().jobId(terms), accounts.provider.address, 0n],
        book: [[{ accountId: market().jobId(terms), gross: 1n }]],
        accept: [packed],
        settle: [packed],
      };
      for (const caller of [accounts.buyer, accounts.scheduler, accounts.deployer])
        await expectRevert(market().send(caller, "escrow", verb, args[verb] ?? []), "OnlyMarket", [caller.address]);
    },
  );
});
