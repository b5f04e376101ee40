import { termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();

const sweep = async (terms: Awaited<ReturnType<ReturnType<typeof market>["terms"]>>) =>
  market().send(accounts.stranger, "escrow", "sweep", [termsForChain(terms)]);

describe("sweep", () => {
  it("funds the job with what lies in the vault, whoever calls", async () => {
    const terms = await market().terms();
    const { events } = await market().fund(terms);
    expect(events.map((event) => event.eventName)).toEqual(["Transfer", "JobOpened", "JobFunded"]);
    expect(events[2]?.args).toMatchObject({ jobId: market().jobId(terms), buyer: terms.buyer, amount: CAP });
    expect(events[1]?.args.terms).toEqual(termsForChain(terms));
    expect(await market().job(terms)).toMatchObject({ deposited: CAP, reserved: 0n, closed: false });
    expect(await market().tokens(market().at.escrow)).toBe(CAP);
  });

  it("takes money that comes later into the same job", async () => {
    const terms = await market().funded();
    await market().fund(terms, 5n);
    expect((await market().job(terms)).deposited).toBe(CAP + 5n);
  });

  it("never lets the surplus above the cap be spent: it is the buyer's", async () => {
    const terms = await market().terms({ cap: withFee(1000n * 600n) });
    await market().fund(terms, terms.cap * 2n);
    await market().assign(terms, await market().listedAsset(), 600);
    await expectRevert(market().assign(terms, await market().listedAsset(), 1), "InsufficientFree", [
      withFee(1000n),
      0n,
    ]);
  });

  it("reverts when the first money is below the cap: a job never starts underfunded", async () => {
    const terms = await market().terms();
    await market().payVault(terms, CAP - 1n);
    await expectRevert(sweep(terms), "Underfunded", [CAP - 1n, CAP]);
  });

  it("reverts when the vault is empty", async () => {
    await expectRevert(sweep(await market().funded()), "NothingToMove");
  });

  it("reverts from leaseEnd on: late money is not trapped in a job that cannot run", async () => {
    const terms = await market().terms();
    await market().payVault(terms);
    await market().warpTo(terms.leaseEnd);
    await expectRevert(sweep(terms), "FundingClosed");
  });

  it("reverts when the job is closed", async () => {
    const terms = await market().funded();
    await market().accept(terms, 0n);
    await market().settle(terms);
    await market().payVault(terms);
    await expectRevert(sweep(terms), "JobIsClosed", [market().jobId(terms)]);
  });

  it("reverts when the token is not on the list", async () => {
    const token = await market().deployMock("TestDollar");
    const terms = await market().terms({ token: token.address });
    await expectRevert(sweep(terms), "TokenNotAllowed", [token.address]);
  });

  it("reverts when the fee is above the ceiling", async () => {
    await expectRevert(sweep(await market().terms({ feeBps: 1001 })), "FeeAboveCeiling", [1001n, 1000n]);
  });

  it.each(["buyer", "refundTo", "feeRecipient"] as const)("reverts when %s is nobody", async (field) => {
    await expectRevert(sweep(await market().terms({ [field]: market().nobody })), "BadTerms", [field]);
  });

  it.each(["cap", "maxLeases"] as const)("reverts when %s is zero", async (field) => {
    await expectRevert(sweep(await market().terms({ [field]: field === "cap" ? 0n : 0 })), "BadTerms", [field]);
  });

  it.each(["captureDeadline", "claimDeadline", "reclaimAt"] as const)(
    "reverts when %s comes a second before the least gap",
    async (field) => {
      const terms = await market().terms();
      await expectRevert(sweep({ ...terms, [field]: terms[field] - 1 }), "DeadlinesNotOrdered");
    },
  );
});
