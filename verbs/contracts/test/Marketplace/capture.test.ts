import { termsForChain } from "@gristmill/shared/job/terms";
import { type Hex, hexToBigInt, parseSignature, serializeSignature, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { DUMMY_PROOF, feeOf, PRICE, REASON, type Receipt, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

// Everything around the proof; real proofs are in proof.test.ts.
const market = useMarket();

/** A started lease of 600 seconds, 200 seconds in. */
async function inProgress() {
  const run = await market().running();
  await market().warpTo(run.startedAt + 200);
  return run;
}
type Running = Awaited<ReturnType<typeof inProgress>>;

async function captureWith({ terms }: Running, receipt: Receipt, signatures: { node?: Hex; notary?: Hex }) {
  const node = signatures.node ?? (await market().signReceipt(receipt));
  const notary = signatures.notary ?? (await market().signTick(receipt));
  return market().send(accounts.stranger, "market", "capture", [
    termsForChain(terms),
    receipt,
    node,
    notary,
    DUMMY_PROOF,
  ]);
}

describe("capture", () => {
  it("books exactly the proven seconds at the listed price, fee on top, out of the reservation", async () => {
    const { terms, leaseId } = await inProgress();
    const before = await market().job(terms);
    const { events } = await market().capture(terms, market().receiptOf(leaseId, { to: 61 }));
    expect(events.map((event) => event.eventName)).toEqual(["UsageCaptured"]);
    const amount = PRICE * 61n;
    expect(events[0]?.args).toMatchObject({ leaseId, sequence: 0, from: 0, to: 61, amount, fee: feeOf(amount) });
    expect(await market().job(terms)).toMatchObject({
      booked: amount,
      fees: feeOf(amount),
      reserved: before.reserved - withFee(amount),
    });
    expect(await market().lease(leaseId)).toMatchObject({
      billedTo: 61,
      billedSeconds: 61,
      sequence: 1,
      state: STATE.started,
    });
  });

  it("closes a running lease with its last receipt, stores the output and frees the rest", async () => {
    const { terms, leaseId, assetId } = await inProgress();
    const output = toHex(5, { size: 32 });
    const { events } = await market().capture(terms, market().receiptOf(leaseId, { output, last: true }));
    expect(events.map((event) => event.eventName)).toEqual([
      "UsageCaptured",
      "LeaseEnded",
      "UpdateReader",
      "UpdateUser",
      "LeaseClosed",
      "JobUnreserved",
    ]);
    expect(await market().lease(leaseId)).toMatchObject({
      state: STATE.closed,
      reason: REASON.completed,
      output,
      reserved: 0n,
    });
    expect((await market().job(terms)).reserved).toBe(0n);
    expect(BigInt(await market().read<Hex>("market", "liveLeaseOf", [assetId]))).toBe(0n);
  });

  it("takes a last receipt of zero seconds: a job shorter than a second closes and costs nothing", async () => {
    const { terms, leaseId } = await inProgress();
    await market().capture(terms, market().receiptOf(leaseId, { to: 0, last: true }));
    expect(await market().job(terms)).toMatchObject({ booked: 0n, fees: 0n, reserved: 0n });
    expect((await market().lease(leaseId)).state).toBe(STATE.closed);
  });

  it("never takes more than was reserved, however finely the seconds are cut", async () => {
    const run = await market().running({ terms: { feeBps: 333 }, seconds: 30 });
    await market().warpTo(run.startedAt + 1000);
    for (let sequence = 0; sequence < 30; sequence++)
      await market().capture(
        run.terms,
        market().receiptOf(run.leaseId, { sequence, from: sequence, to: sequence + 1, last: sequence === 29 }),
      );
    const job = await market().job(run.terms);
    expect(job.booked).toBe(PRICE * 30n);
    // One rounding for all of it: cutting finely neither saves nor costs a fee.
    expect(job.fees).toBe(feeOf(PRICE * 30n, 333));
    expect(job.reserved).toBe(0n);
  });

  it("reverts the second time: nothing is billed twice", async () => {
    const { terms, leaseId } = await inProgress();
    await market().capture(terms, market().receiptOf(leaseId));
    await expectRevert(market().capture(terms, market().receiptOf(leaseId)), "SequenceUsed", [0, 1]);
  });

  it("reverts for a sequence that is not the next", async () => {
    const { terms, leaseId } = await inProgress();
    await expectRevert(market().capture(terms, market().receiptOf(leaseId, { sequence: 1 })), "SequenceUsed", [1, 0]);
  });

  it("reverts when seconds overlap those already billed, by one", async () => {
    const { terms, leaseId } = await inProgress();
    await market().capture(terms, market().receiptOf(leaseId));
    const overlap = market().receiptOf(leaseId, { sequence: 1, from: 59, to: 61 });
    await expectRevert(market().capture(terms, overlap), "TimeOutOfOrder", [59n, 61n, 60n]);
  });

  it("reverts when time runs backwards", async () => {
    const { terms, leaseId } = await inProgress();
    await expectRevert(market().capture(terms, market().receiptOf(leaseId, { from: 2, to: 1 })), "TimeOutOfOrder");
  });

  it("reverts beyond the chain's own clock, by one second", async () => {
    const { terms, leaseId, startedAt } = await inProgress();
    await market().nextBlockAt(startedAt + 300);
    const call = market().capture(terms, market().receiptOf(leaseId, { to: 301 }));
    await expectRevert(call, "BilledBeyondLease", [301n, 300n]);
  });

  it("reverts beyond the end of an ended lease, and beyond its longest time", async () => {
    const first = await inProgress();
    await market().nextBlockAt(first.startedAt + 250);
    await market().end(first.terms, first.leaseId, REASON.stoppedByBuyer, accounts.buyer);
    await market().warpTo(first.startedAt + 400);
    const call = market().capture(first.terms, market().receiptOf(first.leaseId, { to: 251 }));
    await expectRevert(call, "BilledBeyondLease", [251n, 250n]);

    const second = await market().running({ seconds: 600 });
    await market().warpTo(second.startedAt + 5000);
    const late = market().capture(second.terms, market().receiptOf(second.leaseId, { to: 601 }));
    await expectRevert(late, "BilledBeyondLease", [601n, 600n]);
  });

  it("reverts before the start and after the close", async () => {
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset());
    await expectRevert(market().capture(terms, market().receiptOf(leaseId, { to: 0 })), "WrongState", [
      STATE.assigned,
      STATE.started,
    ]);
    await market().start(leaseId);
    await market().capture(terms, market().receiptOf(leaseId, { to: 0, last: true }));
    const again = market().receiptOf(leaseId, { sequence: 1, to: 0 });
    await expectRevert(market().capture(terms, again), "WrongState", [STATE.closed, STATE.started]);
  });

  it("reverts past the capture deadline, by one second", async () => {
    const { terms, leaseId } = await inProgress();
    await market().nextBlockAt(terms.captureDeadline + 1);
    await expectRevert(market().capture(terms, market().receiptOf(leaseId)), "CaptureClosed");
  });

  it("reverts for a lease of another job: one buyer never pays for another", async () => {
    const { leaseId } = await inProgress();
    const other = await market().funded();
    await expectRevert(market().capture(other, market().receiptOf(leaseId)), "WrongJob");
  });

  it("reverts when the verifier says no, and nothing changes", async () => {
    const { terms, leaseId } = await inProgress();
    const before = await market().job(terms);
    await expectRevert(
      market().capture(terms, market().receiptOf(leaseId), { ...DUMMY_PROOF, c: [0n, 0n] }),
      "ProofRejected",
    );
    expect(await market().job(terms)).toEqual(before);
    expect((await market().lease(leaseId)).sequence).toBe(0);
  });
});

describe("capture's signatures", () => {
  it.each(["sequence", "to", "head", "output", "last"] as const)(
    "reverts when %s differs from what the node signed",
    async (field) => {
      const run = await inProgress();
      const receipt = market().receiptOf(run.leaseId);
      const other = { sequence: 1, to: 59, head: 8n, output: toHex(1, { size: 32 }), last: true };
      const node = await market().signReceipt({ ...receipt, [field]: other[field] });
      await expectRevert(captureWith(run, receipt, { node }), "BadNodeSignature");
    },
  );

  it.each(["sequence", "to", "head"] as const)("reverts when %s differs from what the notary signed", async (field) => {
    const run = await inProgress();
    const receipt = market().receiptOf(run.leaseId);
    const other = { sequence: 1, to: 59, head: 8n };
    const notary = await market().signTick({ ...receipt, [field]: other[field] });
    await expectRevert(captureWith(run, receipt, { notary }), "BadNotarySignature", [accounts.notary.address]);
  });

  it("reverts for another node's or notary's key", async () => {
    const run = await inProgress();
    const receipt = market().receiptOf(run.leaseId);
    const node = await market().signReceipt(receipt, accounts.otherNode);
    const notary = await market().signTick(receipt, accounts.node);
    await expectRevert(captureWith(run, receipt, { node }), "BadNodeSignature", [
      accounts.otherNode.address,
      accounts.node.address,
    ]);
    await expectRevert(captureWith(run, receipt, { notary }), "BadNotarySignature");
  });

  it("reverts for a signature of a forked chain", async () => {
    const run = await inProgress();
    const receipt = market().receiptOf(run.leaseId);
    await expectRevert(
      captureWith(run, receipt, { node: await market().signReceipt(receipt, accounts.node, 1) }),
      "BadNodeSignature",
    );
  });

  it("reverts for the malleable twin of the node's signature (high s)", async () => {
    const run = await inProgress();
    const receipt = market().receiptOf(run.leaseId);
    const { r, s, yParity } = parseSignature(await market().signReceipt(receipt));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const twin = serializeSignature({ r, s: toHex(order - hexToBigInt(s), { size: 32 }), yParity: 1 - yParity });
    await expectRevert(captureWith(run, receipt, { node: twin }), "BadNodeSignature", [
      market().nobody,
      accounts.node.address,
    ]);
  });

  it("takes a notary that is a contract wallet (EIP-1271)", async () => {
    const wallet = await market().deployMock("ContractWallet", [accounts.notary.address]);
    const run = await market().running({ terms: { notary: wallet.address } });
    await market().warpTo(run.startedAt + 200);
    await market().capture(run.terms, market().receiptOf(run.leaseId));
    const receipt = market().receiptOf(run.leaseId, { sequence: 1, from: 60, to: 61 });
    const notary = await market().signTick(receipt, accounts.stranger);
    await expectRevert(captureWith(run, receipt, { notary }), "BadNotarySignature", [wallet.address]);
  });
});
