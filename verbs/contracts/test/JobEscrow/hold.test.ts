import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { accountIdOf } from "@gristmill/shared/chain/accountId";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Abi, Address, Hex } from "viem";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

// An escrow of its own whose market and court are test accounts.
const market = useMarket();
const driver = accounts.scheduler;
const court = accounts.notary;
const payee = accounts.provider.address;
const DAY = 86_400;
let escrow: Address;
let terms: Terms;
let jobId: Hex;

const call = (name: string, args: readonly unknown[], by: TestAccount = accounts.stranger) =>
  market().sendTo(by, escrow, escrowAbi as Abi, name, args);
const read = <T>(functionName: string, args: readonly unknown[]) =>
  market().publicClient.readContract({ address: escrow, abi: escrowAbi as Abi, functionName, args }) as Promise<T>;
const release = () => call("release", [termsForChain(terms), payee]);
const rule = (toPayee: bigint, toBuyer: bigint, by: TestAccount = court) =>
  call("ruleOn", [termsForChain(terms), payee, toPayee, toBuyer], by);
const credit = (account: string) => read<bigint>("balanceOf", [account, market().at.token]);

beforeEach(async () => {
  const parameters = await market().deployMock("FixedParameters", [[market().at.token], 1000n, 3600n]);
  escrow = (await market().deployMock("JobEscrow", [driver.address, court.address, parameters.address])).address;
  terms = await market().terms();
  jobId = await read<Hex>("jobIdOf", [termsForChain(terms)]);
  await market().send(accounts.stranger, "token", "mint", [accounts.stranger.address, CAP]);
  await market().send(accounts.stranger, "token", "approve", [escrow, CAP]);
  await call("depositFrom", [termsForChain(terms), CAP]);
  await call("reserve", [termsForChain(terms), payee, 500_000n], driver);
  const accountId = accountIdOf(jobId, payee, terms.buyer);
  await call("book", [[{ accountId, gross: 410_000n }]], driver);
});

describe("hold", () => {
  it("keeps what is booked from release until the ruling, past the claim window too", async () => {
    await call("hold", [termsForChain(terms), payee], court);
    await market().warpTo(terms.claimDeadline + 1);
    await expectRevert(release(), "Held", [jobId, payee]);
    await rule(400_000n, 0n);
    expect(await credit(payee)).toBe(400_000n);
    expect(await credit(accounts.feeRecipient.address)).toBe(10_000n);
  });

  it("is outside reclaim: the buyer cannot take disputed money back", async () => {
    await call("hold", [termsForChain(terms), payee], court);
    await market().warpTo(terms.reclaimAt);
    await call("reclaim", [termsForChain(terms)]);
    expect(await market().tokens(terms.refundTo)).toBe(CAP - 410_000n);
    await rule(100_000n, 300_000n);
    expect(await credit(payee)).toBe(100_000n);
  });

  it("ends by itself when no ruling ever comes: the provider's money is not lost", async () => {
    await call("hold", [termsForChain(terms), payee], court);
    await market().warpTo(terms.reclaimAt + 90 * DAY - 10);
    await expectRevert(release(), "Held");
    await market().warpTo(terms.reclaimAt + 90 * DAY + 2);
    await release();
    expect(await credit(payee)).toBe(400_000n);
  });

  it("leaves money that the buyer has accepted alone", async () => {
    await call("accept", [termsForChain(terms)], driver);
    await call("hold", [termsForChain(terms), payee], court);
    await release();
    expect(await credit(payee)).toBe(400_000n);
  });

  it("and the ruling are the court's alone", async () => {
    for (const by of [driver, accounts.buyer, accounts.deployer]) {
      await expectRevert(call("hold", [termsForChain(terms), payee], by), "OnlyCourt", [by.address]);
      await expectRevert(rule(0n, 400_000n, by), "OnlyCourt", [by.address]);
    }
    await expectRevert(rule(0n, 400_000n), "NotHeld", [jobId, payee]);
  });
});

describe("ruleOn", () => {
  beforeEach(() => call("hold", [termsForChain(terms), payee], court));

  it("splits exactly what is held; the fee follows the payee's part", async () => {
    expect(await read("heldOf", [jobId, payee])).toEqual([400_000n, 10_000n]);
    await rule(100_000n, 300_000n);
    expect(await credit(payee)).toBe(100_000n);
    expect(await credit(accounts.feeRecipient.address)).toBe(2_500n);
    expect(await market().tokens(terms.refundTo)).toBe(307_500n);
    expect(await read("jobOf", [jobId])).toMatchObject({
      booked: 0n,
      paid: 100_000n,
      fees: 2_500n,
      refunded: 307_500n,
    });
    await expectRevert(release(), "NothingToMove");
    await expectRevert(rule(0n, 0n), "NotHeld");
  });

  it("cannot be blocked by the buyer's acceptance after the claim, nor take what was accepted", async () => {
    await call("accept", [termsForChain(terms)], driver);
    await rule(0n, 400_000n);
    expect(await market().tokens(terms.refundTo)).toBe(0n);
    // Accepted money is paid by the way.
    expect(await credit(payee)).toBe(400_000n);
    await expectRevert(release(), "NothingToMove");
  });

  it("is not undone by an old voucher", async () => {
    await rule(0n, 400_000n);
    const message = { jobId, payee, spent: 410_000n } as const;
    const signature = await accounts.buyer.signTypedData({
      domain: { name: "Gristmill Escrow", version: "1", chainId: 31337, verifyingContract: escrow },
      types: {
        Voucher: [
          { name: "jobId", type: "bytes32" },
          { name: "payee", type: "address" },
          { name: "spent", type: "uint256" },
        ],
      },
      primaryType: "Voucher",
      message,
    });
    await expectRevert(call("redeemWith", [termsForChain(terms), payee, 410_000n, signature]), "BadVoucher", [
      jobId,
      2,
    ]);
    expect(await credit(payee)).toBe(0n);
  });
});
