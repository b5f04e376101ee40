import { termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { DUMMY_PROOF, PRICE, type Receipt, STATE } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const GRACE = 300;
type Run = Awaited<ReturnType<ReturnType<typeof market>["running"]>>;

async function item(run: Run, receipt: Partial<Receipt> = {}, options: { notary?: "none"; proof?: unknown } = {}) {
  const made = market().receiptOf(run.leaseId, receipt);
  return {
    terms: termsForChain(run.terms),
    receipt: made,
    nodeSignature: await market().signReceipt(made),
    notarySignature: options.notary === "none" ? ("0x" as const) : await market().signTick(made),
    proof: options.proof ?? DUMMY_PROOF,
  };
}
const batch = (items: readonly unknown[]) => market().send(accounts.stranger, "market", "captureBatch", [items]);
const booked = async (run: Run) => (await market().job(run.terms)).booked;

describe("captureBatch", () => {
  it("books several leases of several jobs, and several receipts of one lease in order", async () => {
    const [one, two] = [await market().running(), await market().running()];
    await market().warpTo(two.startedAt + 200);
    await batch([
      await item(one),
      await item(two, { to: 30 }),
      await item(two, { sequence: 1, from: 30, to: 90, last: true }),
    ]);
    expect(await booked(one)).toBe(PRICE * 60n);
    expect(await booked(two)).toBe(PRICE * 90n);
    expect((await market().lease(two.leaseId)).state).toBe(STATE.closed);
  });

  it("skips what somebody captured first: nobody spoils a batch by sending one of it", async () => {
    const [one, two] = [await market().running(), await market().running()];
    await market().warpTo(two.startedAt + 100);
    await market().capture(one.terms, market().receiptOf(one.leaseId));
    await batch([await item(one), await item(two), await item(two)]);
    expect(await booked(one)).toBe(PRICE * 60n);
    expect(await booked(two)).toBe(PRICE * 60n);
    await expectRevert(batch([await item(one), await item(two)]), "NothingCaptured");
  });

  it("reverts as a whole for one bad proof, signature or bound: each capture stands for itself", async () => {
    const [one, two] = [await market().running(), await market().running()];
    await market().warpTo(two.startedAt + 100);
    const good = await item(one);
    await expectRevert(batch([good, await item(two, {}, { proof: { ...DUMMY_PROOF, c: [0n, 0n] } })]), "ProofRejected");
    const other = await item(two);
    await expectRevert(batch([good, { ...other, nodeSignature: good.nodeSignature }]), "BadNodeSignature");
    await expectRevert(batch([good, { ...other, notarySignature: good.notarySignature }]), "BadNotarySignature");
    await expectRevert(batch([good, await item(two, { to: 500 })]), "BilledBeyondLease");
    await expectRevert(batch([good, { ...other, terms: good.terms }]), "WrongJob");
    await expectRevert(batch([]), "NothingCaptured");
    expect(await booked(one)).toBe(0n);
  });
});

describe("a capture without the notary", () => {
  const send = async (run: Run, receipt: Partial<Receipt>, notary?: "none") =>
    batch([await item(run, receipt, notary ? { notary } : {})]);

  it("bills at most the grace past the last notarised second, however it is cut", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 500);
    await send(run, { to: 60 });
    await expectRevert(send(run, { sequence: 1, from: 60, to: 60 + GRACE + 1 }, "none"), "BeyondNotaryGrace", [
      BigInt(60 + GRACE + 1),
      BigInt(60 + GRACE),
    ]);
    await send(run, { sequence: 1, from: 60, to: 200 }, "none");
    await expectRevert(send(run, { sequence: 2, from: 200, to: 60 + GRACE + 1 }, "none"), "BeyondNotaryGrace");
    await send(run, { sequence: 2, from: 200, to: 60 + GRACE }, "none");
    expect(await booked(run)).toBe(PRICE * BigInt(60 + GRACE));
  });

  it("waits for the claim window like any booking", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 200);
    await send(run, { to: 100 }, "none");
    await expectRevert(market().release(run.terms), "TooEarly");
  });

  it("starts a new grace only when the notary speaks again", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 600);
    await send(run, { to: GRACE }, "none");
    await expectRevert(send(run, { sequence: 1, from: GRACE, to: GRACE + 1 }, "none"), "BeyondNotaryGrace");
    await send(run, { sequence: 1, from: GRACE, to: GRACE + 10 });
    await send(run, { sequence: 2, from: GRACE + 10, to: GRACE + 20 }, "none");
    expect(await booked(run)).toBe(PRICE * BigInt(GRACE + 20));
  });
});
