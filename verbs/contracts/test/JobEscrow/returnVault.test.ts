import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const returnVault = (terms: Terms, by: TestAccount = accounts.stranger, token = terms.token) =>
  market().send(by, "escrow", "returnVault", [termsForChain(terms), token]);

describe("returnVault", () => {
  it("sends late money to refundTo, whoever paid and whoever calls", async () => {
    const terms = await market().terms();
    await market().payVault(terms, 77n);
    await market().warpTo(terms.leaseEnd);
    await returnVault(terms);
    expect(await market().tokens(terms.refundTo)).toBe(77n);
  });

  it("sends money that came after the job closed to refundTo", async () => {
    const terms = await market().funded();
    await market().accept(terms, 0n);
    await market().settle(terms);
    const before = await market().tokens(terms.refundTo);
    await market().payVault(terms, 5n);
    await returnVault(terms);
    expect(await market().tokens(terms.refundTo)).toBe(before + 5n);
  });

  it("reverts for a stranger while the job may still be funded: nobody can undo a payment under way", async () => {
    const terms = await market().terms();
    await market().payVault(terms);
    await expectRevert(returnVault(terms), "TooEarly");
  });

  it.each(["buyer", "refundTo"] as const)(
    "lets %s fetch unswept money any time, also for terms no sweep would take",
    async (who) => {
      const terms = await market().terms({ reclaimAt: 1, leaseEnd: 281_474_976_710_655 });
      await market().payVault(terms, 9n);
      await returnVault(terms, accounts[who]);
      expect(await market().tokens(terms.refundTo)).toBe(9n);
    },
  );

  it("sends a foreign token sent there by mistake to refundTo any time", async () => {
    const terms = await market().funded();
    const foreign = await market().deployMock("TestDollar");
    await market().sendTo(accounts.stranger, foreign.address, foreign.abi, "mint", [await market().vault(terms), 3n]);
    await returnVault(terms, accounts.stranger, foreign.address);
    const args = [terms.refundTo] as const;
    expect(await market().publicClient.readContract({ ...foreign, functionName: "balanceOf", args })).toBe(3n);
    expect((await market().job(terms)).refunded).toBe(0n);
  });

  it("reverts when there is nothing", async () => {
    await expectRevert(returnVault(await market().terms(), accounts.buyer), "NothingToMove");
  });
});

describe("a vault", () => {
  it("obeys nobody but its escrow", async () => {
    const terms = await market().funded();
    const abi = [
      {
        type: "function",
        name: "drain",
        inputs: [{ name: "token", type: "address" }],
        outputs: [],
        stateMutability: "nonpayable",
      },
      { type: "error", name: "OnlyEscrow", inputs: [{ name: "caller", type: "address" }] },
    ] as const;
    const vault = await market().vault(terms);
    await expectRevert(market().sendTo(accounts.buyer, vault, abi, "drain", [terms.token]), "OnlyEscrow", [
      terms.buyer,
    ]);
  });
});
