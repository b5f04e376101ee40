import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Address, type Hex, toHex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, FEE_BPS, PRICE, REASON, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";
import { type SignedVoucher, signVoucher } from "../support/vouchers.ts";

const market = useMarket();
const payee = accounts.provider.address;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const sign = (terms: Terms, spent: bigint, options: { buyer?: TestAccount; payee?: Address; chainId?: number } = {}) =>
  signVoucher(
    market().at.escrow,
    { jobId: market().jobId(terms), payee: options.payee ?? payee, spent },
    options.buyer ?? accounts.buyer,
    options.chainId,
  );
const redeem = (vouchers: SignedVoucher[], options: { strict?: boolean; payee?: Address; token?: Address } = {}) =>
  market().send(accounts.stranger, "escrow", "redeem", [
    options.token ?? market().at.token,
    options.payee ?? payee,
    vouchers,
    options.strict ?? false,
  ]);
const skipped = (sent: Awaited<ReturnType<typeof redeem>>) =>
  sent.events.filter(({ eventName }) => eventName === "VoucherSkipped").map(({ args }) => args.reason);
/** What the payee gets of a gross amount. */
const net = (gross: bigint) => gross - (gross * BigInt(FEE_BPS)) / (10_000n + BigInt(FEE_BPS));
const SKIPPED = { notSigned: 1, nothingNew: 2, otherToken: 3, closed: 4 };

describe("redeem", () => {
  it("pays at once what the buyer countersigned, fee taken off, whoever sends it", async () => {
    const { terms } = await market().running();
    const sent = await redeem([await sign(terms, 100_000n)]);
    expect(await market().credit(payee)).toBe(net(100_000n));
    expect(sent.events.map(({ eventName }) => eventName)).toEqual([
      "VoucherRedeemed",
      "VouchersPaid",
      "BalanceCredited",
    ]);
    expect(await market().job(terms)).toMatchObject({
      paid: net(100_000n),
      fees: 100_000n - net(100_000n),
      booked: 0n,
    });
    await market().send(accounts.stranger, "escrow", "withdraw", [payee, market().at.token]);
    expect(await market().tokens(payee)).toBe(net(100_000n));
  });

  it("is cumulative: a later voucher pays the difference, an old or repeated one nothing", async () => {
    const { terms } = await market().running();
    const first = await sign(terms, 10_000n);
    await redeem([first, await sign(terms, 30_000n), first]);
    expect(await market().credit(payee)).toBe(net(30_000n));
    expect(skipped(await redeem([first]))).toEqual([SKIPPED.nothingNew]);
    expect(await market().credit(payee)).toBe(net(30_000n));
  });

  it("charges the same fee however small the vouchers are cut", async () => {
    const { terms } = await market().running();
    for (let spent = 1n; spent <= 40n; spent++) await redeem([await sign(terms, spent)]);
    await redeem([await sign(terms, 1_025n)]);
    expect(await market().credit(payee)).toBe(net(1_025n));
    expect(net(1_025n)).toBe(1_000n);
  });

  it("skips a bad voucher among good ones, with the reason: one buyer cannot block others", async () => {
    const [good, bad, late] = [await market().running(), await market().running(), await market().running()];
    const sent = await redeem([
      await sign(bad.terms, 5_000n, { buyer: accounts.stranger }),
      await sign(good.terms, 10_000n),
      { ...(await sign(bad.terms, 5_000n)), r: zeroHash },
      await sign(late.terms, 20_000n),
    ]);
    expect(skipped(sent)).toEqual([SKIPPED.notSigned, SKIPPED.notSigned]);
    expect(await market().credit(payee)).toBe(net(10_000n) + net(20_000n));
    expect((await market().job(bad.terms)).paid).toBe(0n);
  });

  it("reverts as a whole in strict mode", async () => {
    const { terms } = await market().running();
    const bad = await sign(terms, 5_000n, { buyer: accounts.stranger });
    await expectRevert(redeem([await sign(terms, 1_000n), bad], { strict: true }), "BadVoucher", [
      market().jobId(terms),
      SKIPPED.notSigned,
    ]);
    expect(await market().credit(payee)).toBe(0n);
  });

  it("takes no voucher for another payee, spending, job, chain or escrow, and no acceptance", async () => {
    const { terms } = await market().running();
    const other = await market().running();
    const good = await sign(terms, 5_000n);
    const jobId = market().jobId(terms);
    const forgeries = [
      { ...good, spent: 5_001n },
      { ...good, jobId: market().jobId(other.terms) },
      await sign(terms, 5_000n, { chainId: 1 }),
      await signVoucher(market().at.market, { jobId, payee, spent: 5_000n }, accounts.buyer),
      await sign(terms, 5_000n, { payee: accounts.otherProvider.address }),
    ];
    expect(skipped(await redeem(forgeries))).toEqual(forgeries.map(() => SKIPPED.notSigned));
    expect(skipped(await redeem([good], { payee: accounts.otherProvider.address }))).toEqual([SKIPPED.notSigned]);
  });

  it("takes a signature in one form: a flipped s is refused", async () => {
    const { terms } = await market().running();
    const good = await sign(terms, 5_000n);
    const s = BigInt(good.vs) & ((1n << 255n) - 1n);
    expect(s <= HALF_ORDER).toBe(true);
    // EIP-2098 has no room for a high s and its parity: what fits is refused too.
    const flipped = toHex((ORDER - s) & ((1n << 255n) - 1n), { size: 32 });
    expect(skipped(await redeem([{ ...good, vs: flipped as Hex }]))).toEqual([SKIPPED.notSigned]);
  });

  it("pays at most what the job has, and the rest after a top-up", async () => {
    const { terms } = await market().running();
    const voucher = await sign(terms, CAP + 500n);
    await redeem([voucher]);
    expect((await market().job(terms)).paid + (await market().job(terms)).fees).toBe(CAP);
    await market().send(accounts.stranger, "token", "mint", [accounts.buyer.address, 500n]);
    await market().send(accounts.buyer, "token", "approve", [market().at.escrow, 500n]);
    await market().send(accounts.buyer, "escrow", "topUp", [termsForChain(terms), 500n, CAP + 500n, "0x"]);
    await redeem([voucher]);
    expect(await market().credit(payee)).toBe(net(CAP + 500n));
  });

  it("pays nothing once the job is closed", async () => {
    const { terms } = await market().running();
    const voucher = await sign(terms, 5_000n);
    await market().warpTo(terms.reclaimAt);
    await market().send(accounts.stranger, "escrow", "reclaim", [termsForChain(terms)]);
    expect(skipped(await redeem([voucher]))).toEqual([SKIPPED.closed]);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("pays the fee on vouchers when the job closes, once", async () => {
    const { terms } = await market().running();
    await redeem([await sign(terms, 41_000n)]);
    await market().warpTo(terms.reclaimAt);
    await market().send(accounts.stranger, "escrow", "reclaim", [termsForChain(terms)]);
    expect(await market().credit(accounts.feeRecipient.address)).toBe(1_000n);
    await expectRevert(market().release(terms), "NothingToMove");
    expect(await market().tokens(terms.refundTo)).toBe(CAP - 41_000n);
  });
});

describe("vouchers beside usage proofs", () => {
  it("pay the larger of the two, never the sum: proven after countersigned", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await redeem([await sign(terms, withFee(PRICE * 40n))]);
    await market().capture(terms, market().receiptOf(leaseId, { to: 60 }));
    expect(await market().job(terms)).toMatchObject({ paid: PRICE * 40n, booked: PRICE * 20n });
  });

  it("pay the larger of the two, never the sum: countersigned after proven", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { to: 60 }));
    await redeem([await sign(terms, withFee(PRICE * 90n))]);
    expect(await market().job(terms)).toMatchObject({ paid: PRICE * 30n, booked: PRICE * 60n });
    // What is booked is countersigned now, so it waits for nothing.
    await market().release(terms);
    expect(await market().credit(payee)).toBe(PRICE * 90n);
  });

  it("stand for the buyer's acceptance when they cover exactly what is booked", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { to: 60 }));
    await expectRevert(market().release(terms), "TooEarly");
    await redeem([await sign(terms, withFee(PRICE * 59n))]);
    await expectRevert(market().release(terms), "TooEarly");
    await redeem([await sign(terms, withFee(PRICE * 60n))]);
    await market().release(terms);
    expect(await market().credit(payee)).toBe(PRICE * 60n);
  });

  it("leave the lease to end and close as ever", async () => {
    const { terms, leaseId, startedAt } = await market().running({ seconds: 600 });
    await redeem([await sign(terms, withFee(PRICE * 100n))]);
    await market().nextBlockAt(startedAt + 100);
    await market().end(terms, leaseId, REASON.completed);
    expect((await market().job(terms)).reserved).toBe(0n);
    await market().capture(terms, market().receiptOf(leaseId, { to: 100, last: true }));
    expect(await market().job(terms)).toMatchObject({ reserved: 0n, booked: 0n, paid: PRICE * 100n });
    await market().accept(terms, withFee(PRICE * 100n));
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP - withFee(PRICE * 100n));
  });
});

describe("vouchers of a job with several payees", () => {
  it("never reach into another provider's reservation: a buyer's friend cannot empty the job", async () => {
    const { terms, leaseId, startedAt } = await market().running({ seconds: 600 });
    const friend = accounts.otherProvider.address;
    await redeemWith(terms, friend, CAP);
    expect(await market().credit(friend)).toBe(net(CAP - withFee(PRICE * 600n)));
    await market().warpTo(startedAt + 600);
    await market().capture(terms, market().receiptOf(leaseId, { to: 600 }));
    expect((await market().job(terms)).booked).toBe(PRICE * 600n);
    // And the first payee's vouchers still go, against its own reservation.
    await redeem([await sign(terms, withFee(PRICE * 600n))]);
    expect(await market().release(terms)).toBeDefined();
    expect(await market().credit(payee)).toBe(PRICE * 600n);
  });

  const redeemWith = async (terms: Terms, to: Address, spent: bigint) => {
    const signature = await accounts.buyer.signTypedData({
      domain: { name: "Gristmill Escrow", version: "1", chainId: 31337, verifyingContract: market().at.escrow },
      types: {
        Voucher: [
          { name: "jobId", type: "bytes32" },
          { name: "payee", type: "address" },
          { name: "spent", type: "uint256" },
        ],
      },
      primaryType: "Voucher",
      message: { jobId: market().jobId(terms), payee: to, spent },
    });
    return market().send(accounts.stranger, "escrow", "redeemWith", [termsForChain(terms), to, spent, signature]);
  };

  it("takes the word of a buyer that is a contract wallet (EIP-1271), as far as its owner gave it", async () => {
    const wallet = await market().deployMock("ContractWallet", [accounts.buyer.address]);
    const terms = await market().funded({ buyer: wallet.address });
    await redeemWith(terms, payee, 10_000n);
    expect(await market().credit(payee)).toBe(net(10_000n));
    await redeemWith(terms, payee, 30_000n);
    expect(await market().credit(payee)).toBe(net(30_000n));
    // The same signature on a job of a wallet with another owner.
    const other = await market().deployMock("ContractWallet", [accounts.stranger.address]);
    const foreign = await market().funded({ buyer: other.address });
    await expectRevert(redeemWith(foreign, payee, 10_000n), "BadVoucher", [market().jobId(foreign), SKIPPED.notSigned]);
    // A run recovers plain keys only: a wallet's voucher in one is skipped, never paid.
    expect(skipped(await redeem([await sign(terms, 40_000n)]))).toEqual([SKIPPED.notSigned]);
  });

  it("serves a payee without any lease: one voucher covers any number of small jobs off chain", async () => {
    const terms = await market().funded();
    await redeemWith(terms, payee, 10_000n);
    await redeem([await sign(terms, 20_000n)]);
    expect(await market().credit(payee)).toBe(net(20_000n));
  });

  it("refuses another signer with the terms at hand, too", async () => {
    const terms = await market().funded({ buyer: accounts.stranger.address });
    await expectRevert(redeemWith(terms, payee, 10_000n), "BadVoucher");
  });
});
