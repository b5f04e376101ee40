import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { leaseIdOf } from "@gristmill/shared/chain/leaseId";
import { toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { DUMMY_PROOF, FEE_BPS, feeOf, PRICE, REASON, type Receipt, STATE, withFee } from "../support/market.ts";
import { type RunOptions, runOf } from "../support/runs.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const GRACE = 300;
type Running = Awaited<ReturnType<ReturnType<typeof market>["running"]>>;
type Item = Parameters<typeof runOf>[1][number];

const item = ({ terms, leaseId }: Running, receipt: Partial<Receipt> = {}, proof: unknown = DUMMY_PROOF): Item => ({
  terms,
  receipt: market().receiptOf(leaseId, receipt),
  proof,
});
const run = (items: Item[], options: RunOptions = {}) => runOf(market(), items, options);
const batch = (runs: readonly unknown[], by: TestAccount = accounts.stranger) =>
  market().send(by, "market", "captureBatch", [runs]);
const booked = async ({ terms }: Running) => (await market().job(terms)).booked;
/** Two running leases of two jobs, 200 seconds in. */
async function two() {
  const [one, other] = [await market().running(), await market().running()];
  await market().warpTo(other.startedAt + 200);
  return [one, other] as const;
}

describe("captureBatch", () => {
  it("books several leases of several jobs, and several receipts of one lease in order, under one signature each", async () => {
    const [one, other] = await two();
    const output = toHex(9, { size: 32 });
    const { events } = await batch([
      await run([
        item(one),
        item(other, { to: 30 }),
        item(other, { sequence: 1, from: 30, to: 90, last: true, output }),
      ]),
    ]);
    expect(events.map(({ eventName }) => eventName)).toContain("UsagesCaptured");
    expect(await booked(one)).toBe(PRICE * 60n);
    expect(await booked(other)).toBe(PRICE * 90n);
    expect(await market().job(other.terms)).toMatchObject({ fees: feeOf(PRICE * 90n), reserved: 0n });
    expect(await market().lease(other.leaseId)).toMatchObject({ state: STATE.closed, output, sequence: 2 });
    expect(await market().lease(one.leaseId)).toMatchObject({ billedTo: 60, billedSeconds: 60, sequence: 1 });
  });

  it("books exactly what single captures book, and both go on from each other", async () => {
    const [one, other] = await two();
    await batch([await run([item(one, { to: 61 })])]);
    await market().capture(other.terms, market().receiptOf(other.leaseId, { to: 61 }));
    const same = ["booked", "fees", "reserved", "paid"] as const;
    const [a, b] = [await market().job(one.terms), await market().job(other.terms)];
    for (const field of same) expect(a[field], field).toBe(b[field]);
    await market().capture(one.terms, market().receiptOf(one.leaseId, { sequence: 1, from: 61, to: 70 }));
    await batch([await run([item(other, { sequence: 1, from: 61, to: 70 })])]);
    expect(await booked(one)).toBe(PRICE * 70n);
    expect(await booked(other)).toBe(PRICE * 70n);
  });

  it("takes runs of several notaries and nodes in one call, each under its own signatures", async () => {
    const wallet = await market().deployMock("ContractWallet", [accounts.stranger.address]);
    const one = await market().running();
    const other = await market().running({ terms: { notary: wallet.address } });
    await market().warpTo(other.startedAt + 100);
    const claimed = { notary: wallet.address };
    await batch([await run([item(one)]), await run([item(other)], { notary: accounts.stranger, claimed })]);
    expect(await booked(other)).toBe(PRICE * 60n);
  });

  it("tells of each lease what was booked, fee included: the money of a batch can be rebuilt from its event", async () => {
    const [one, other] = await two();
    const { events } = await batch([await run([item(one), item(other, { to: 30 })])]);
    const lines = events[0]?.args.captured as { leaseId: string; usage: bigint }[];
    expect(lines.map(({ leaseId }) => leaseId)).toEqual([one.leaseId, other.leaseId]);
    expect(lines.map(({ usage }) => usage >> 208n)).toEqual([withFee(PRICE * 60n), withFee(PRICE * 30n)]);
  });

  it("skips what somebody captured first: nobody spoils a batch by sending one of it", async () => {
    const [one, other] = await two();
    await market().capture(one.terms, market().receiptOf(one.leaseId));
    await batch([await run([item(one), item(other), item(other)])]);
    expect(await booked(one)).toBe(PRICE * 60n);
    expect(await booked(other)).toBe(PRICE * 60n);
    await expectRevert(batch([await run([item(one), item(other)])]), "NothingCaptured");
    await expectRevert(batch([]), "NothingCaptured");
  });

  it("reverts as a whole for one bad proof or bound: each capture stands for itself", async () => {
    const [one, other] = await two();
    const bad = async (receipt: Partial<Receipt>, proof: unknown = DUMMY_PROOF) =>
      batch([await run([item(one), item(other, receipt, proof)])]);
    await expectRevert(bad({}, { ...DUMMY_PROOF, c: [0n, 0n] }), "ProofRejected");
    await expectRevert(bad({ to: 500 }), "BilledBeyondLease");
    await expectRevert(bad({ from: 61, to: 60 }), "TimeOutOfOrder", [61n, 60n, 0n]);
    await expectRevert(bad({ sequence: 1 }), "SequenceUsed", [1, 0]);
    await expectRevert(
      batch([await run([item(one), item(one, { sequence: 1, from: 59, to: 70 })])]),
      "TimeOutOfOrder",
      [59n, 70n, 60n],
    );
    await market().warpTo(one.terms.captureDeadline + 1);
    await expectRevert(bad({}), "CaptureClosed");
    expect(await booked(one)).toBe(0n);
  });

  it("names a lease by the hash of what it was agreed on: whoever has the facts finds its billing", async () => {
    const { terms, leaseId } = await market().running();
    const payee = accounts.provider.address;
    const accountId = accountIdOf(market().jobId(terms), payee, terms.buyer);
    const parties = { accountId, payee, node: accounts.node.address, notary: terms.notary };
    expect(leaseIdOf({ ...parties, index: 0, feeBps: FEE_BPS, pricePerSecond: PRICE })).toBe(leaseId);
  });

  it.each([
    ["price", { span: (1n << 128n) * (PRICE + 1n) }],
    ["fee", { span: BigInt(FEE_BPS - 1) << 112n }],
    ["index", { span: 1n << 96n }],
    ["account", { accountId: toHex(5, { size: 32 }) }],
  ] as const)("finds no lease for a %s that was never agreed on", async (_what, change) => {
    const [one, other] = await two();
    const good = await run([item(one), item(other)]);
    const [first, second] = good.usages;
    if (!first || !second) throw new Error("two usages");
    // Only the wrong field differs: the rest of the word is as it was.
    const fields = { price: 48n, fee: 16n, index: 16n } as const;
    const at = { price: 128n, fee: 112n, index: 96n } as const;
    let forged: unknown = { ...second, ...change };
    if ("span" in change) {
      const field = _what as keyof typeof fields;
      const mask = ((1n << fields[field]) - 1n) << at[field];
      forged = { ...second, span: (second.span & ~mask) | change.span };
    }
    await expectRevert(batch([{ ...good, usages: [first, forged] }]), "WrongState", [STATE.none, STATE.started]);
  });

  it.each(["payee", "node", "notary"] as const)(
    "finds no lease for another %s: nobody calls itself the payee",
    async (who) => {
      const [one] = await two();
      const good = await run([item(one)]);
      const call = batch([{ ...good, [who]: accounts.stranger.address }]);
      // A stranger's key has no scopes in the registry, which is looked at first.
      await expectRevert(call, who === "node" ? "KeyNotAllowed" : "WrongState");
    },
  );

  it("refuses a span with anything above its fields", async () => {
    const [one] = await two();
    const good = await run([item(one)]);
    const usages = good.usages.map((usage) => ({ ...usage, span: usage.span | (1n << 177n) }));
    await expectRevert(batch([{ ...good, usages }]), "UnknownSpan");
  });
});

describe("the signatures of a run", () => {
  it.each(["to", "head", "output", "last"] as const)(
    "by the node cover every receipt's %s: nobody else's transaction changes what is billed, or closes a lease early",
    async (field) => {
      const [one, other] = await two();
      const changed = { to: 59, head: 8n, output: toHex(1, { size: 32 }), last: true };
      const last = field === "output";
      const good = await run([item(one), item(other, { last })]);
      const forged = await run([item(one), item(other, { last, [field]: changed[field] })]);
      await expectRevert(batch([{ ...forged, nodeSignature: good.nodeSignature }]), "BadNodeSignature");
    },
  );

  it.each(["to", "head"] as const)("by the notary cover every tick's %s", async (field) => {
    const [one, other] = await two();
    const changed = { to: 59, head: 8n };
    const good = await run([item(one), item(other)]);
    const forged = await run([item(one), item(other, { [field]: changed[field] })]);
    const call = batch([{ ...forged, notarySignature: good.notarySignature }]);
    await expectRevert(call, "BadNotarySignature", [accounts.notary.address]);
  });

  it("are for exactly the receipts of the run, in their order", async () => {
    const [one, other] = await two();
    const good = await run([item(one), item(other)]);
    await expectRevert(batch([{ ...good, usages: good.usages.slice(0, 1) }]), "BadNodeSignature");
    await expectRevert(batch([{ ...good, usages: [...good.usages].reverse() }]), "BadNodeSignature");
  });

  it("by the node are not needed where node or payee send themselves; the notary's always is", async () => {
    const [one, other] = await two();
    await batch([await run([item(one)], { node: "none" })], accounts.node);
    await batch([await run([item(other)], { node: "none" })], accounts.provider);
    expect((await booked(one)) + (await booked(other))).toBe(PRICE * 120n);
    const next = { sequence: 1, from: 60, to: 70 };
    await expectRevert(batch([await run([item(one, next)], { node: "none" })]), "BadNodeSignature");
    const forged = await run([item(one, next)], { node: "none", notary: accounts.node });
    const call = batch([{ ...forged, notary: accounts.notary.address }], accounts.provider);
    await expectRevert(call, "BadNotarySignature");
  });
});

describe("a node's key", () => {
  const CAPTURE = 2;
  const scopes = (value: number) =>
    market().send(accounts.provider, "registry", "setScopes", [accounts.node.address, value]);

  it("captures nothing from the block of its revocation on; its provider still does", async () => {
    const [one, other] = await two();
    const signed = await run([item(one)]);
    await market().send(accounts.provider, "registry", "revokeNode", [accounts.node.address]);
    await expectRevert(batch([signed]), "KeyNotAllowed", [accounts.node.address, 0, CAPTURE]);
    await expectRevert(market().capture(other.terms, market().receiptOf(other.leaseId)), "KeyNotAllowed");
    await expectRevert(batch([await run([item(one)], { node: "none" })], accounts.node), "KeyNotAllowed");
    await batch([await run([item(one), item(other)], { node: "none" })], accounts.provider);
    expect((await booked(one)) + (await booked(other))).toBe(PRICE * 120n);
  });

  it("needs the scope of captures for its receipts, and that of ticks where no notary signed", async () => {
    const [one, other] = await two();
    await scopes(1 + 4);
    await expectRevert(batch([await run([item(one)])]), "KeyNotAllowed", [accounts.node.address, 5, CAPTURE]);
    await scopes(CAPTURE);
    await batch([await run([item(one)])]);
    const silent = await run([item(other)], { notary: "none" });
    await expectRevert(batch([silent]), "KeyNotAllowed", [accounts.node.address, CAPTURE, 6]);
    await scopes(CAPTURE + 4);
    await batch([silent]);
    expect((await booked(one)) + (await booked(other))).toBe(PRICE * 120n);
  });
});

describe("a capture without the notary", () => {
  const send = async (of: Running, receipt: Partial<Receipt>, notary?: "none") =>
    batch([await run([item(of, receipt)], notary ? { notary } : {})]);

  it("bills at most the grace past the last notarised second, however it is cut", async () => {
    const one = await market().running();
    await market().warpTo(one.startedAt + 500);
    await send(one, { to: 60 });
    await expectRevert(send(one, { sequence: 1, from: 60, to: 60 + GRACE + 1 }, "none"), "BeyondNotaryGrace", [
      BigInt(60 + GRACE + 1),
      BigInt(60 + GRACE),
    ]);
    await send(one, { sequence: 1, from: 60, to: 200 }, "none");
    await expectRevert(send(one, { sequence: 2, from: 200, to: 60 + GRACE + 1 }, "none"), "BeyondNotaryGrace");
    await send(one, { sequence: 2, from: 200, to: 60 + GRACE }, "none");
    expect(await booked(one)).toBe(PRICE * BigInt(60 + GRACE));
  });

  it("waits for the claim window like any booking", async () => {
    const one = await market().running();
    await market().warpTo(one.startedAt + 200);
    await send(one, { to: 100 }, "none");
    await expectRevert(market().release(one.terms), "TooEarly");
  });

  it("starts a new grace only when the notary speaks again", async () => {
    const one = await market().running();
    await market().warpTo(one.startedAt + 600);
    await send(one, { to: GRACE }, "none");
    await expectRevert(send(one, { sequence: 1, from: GRACE, to: GRACE + 1 }, "none"), "BeyondNotaryGrace");
    await send(one, { sequence: 1, from: GRACE, to: GRACE + 10 });
    await send(one, { sequence: 2, from: GRACE + 10, to: GRACE + 20 }, "none");
    expect(await booked(one)).toBe(PRICE * BigInt(GRACE + 20));
  });
});

describe("a job without any notary", () => {
  const start = () => market().running({ terms: { notary: market().nobody } });
  const silent = async (of: Running, receipt: Partial<Receipt>) =>
    batch([await run([item(of, receipt)], { notary: "none", claimed: { notary: market().nobody } })]);

  it("is assigned, billed on the node's word up to the grace in all, and paid when the claim window closes", async () => {
    const one = await start();
    await market().warpTo(one.startedAt + 600);
    await silent(one, { to: 200 });
    await expectRevert(silent(one, { sequence: 1, from: 200, to: GRACE + 1 }), "BeyondNotaryGrace", [
      BigInt(GRACE + 1),
      BigInt(GRACE),
    ]);
    await silent(one, { sequence: 1, from: 250, to: GRACE });
    expect(await booked(one)).toBe(PRICE * 250n);
    await expectRevert(market().release(one.terms), "TooEarly");
    await market().end(one.terms, one.leaseId, REASON.completed);
    await market().warpTo(one.terms.claimDeadline + 1);
    await market().release(one.terms);
    expect(await market().credit(accounts.provider.address)).toBe(PRICE * 250n);
    await market().settle(one.terms);
  });

  it("takes nobody's signature for a notary's: a node cannot lend itself one", async () => {
    const one = await start();
    await market().warpTo(one.startedAt + 600);
    const forged = await run([item(one, { to: 500 })], {
      notary: accounts.node,
      claimed: { notary: market().nobody },
    });
    await expectRevert(batch([forged]), "BadNotarySignature", [market().nobody]);
  });
});
