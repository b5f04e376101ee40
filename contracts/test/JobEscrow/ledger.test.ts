import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { courtAbi } from "@gristmill/shared/abi/court";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { termsForChain } from "@gristmill/shared/job/terms";
import { type Abi, type Address, isAddressEqual, parseEventLogs, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { courtOn, VERDICT } from "../support/court.ts";
import { PRICE, REASON } from "../support/market.ts";
import { approve, mine, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";
import { signVoucher } from "../support/vouchers.ts";

const market = useMarket();
const { buyer, provider, refundTo, feeRecipient, stranger } = accounts;

interface Told {
  address: Address;
  eventName: string;
  args: Record<string, unknown>;
}

/** Every way of money in and out, once. */
async function everyMovement(): Promise<void> {
  const { at, send } = market();
  const court = courtOn(market());
  await court.stakeArbiters();
  await stakeIn(market(), "registry", provider, 500_000_000n);
  await send(provider, "registry", "unbond", [1_000_000n]);
  // A job that is proven, accepted, released and settled; paid above its cap, topped up, voided in part, paid late.
  const first = await market().running({ seconds: 300 });
  const terms = termsForChain(first.terms);
  await approve(market(), buyer, at.escrow, 10_000n);
  await send(buyer, "escrow", "topUp", [terms, 10_000n, 0n, "0x"]);
  await send(buyer, "escrow", "void", [terms, 5_000n]);
  await market().warpTo(first.startedAt + 61);
  await market().capture(first.terms, market().receiptOf(first.leaseId, { last: true }));
  const { booked, fees } = await market().job(first.terms);
  await market().accept(first.terms, booked + fees);
  await market().release(first.terms);
  await market().settle(first.terms);
  await market().payVault(first.terms, 777n);
  await send(stranger, "escrow", "returnVault", [terms, at.token]);
  // One that is paid by a voucher, and cancelled ones.
  const second = await market().running({ seconds: 300 });
  const voucher = { jobId: market().jobId(second.terms), payee: provider.address, spent: 50_000n };
  const signed = await signVoucher(at.escrow, voucher, buyer);
  await send(stranger, "escrow", "redeem", [at.token, provider.address, [signed], true]);
  await market().end(second.terms, second.leaseId, REASON.stoppedByBuyer, buyer);
  const third = await market().funded();
  await send(buyer, "market", "cancel", [termsForChain(third), []]);
  // One that ends in court, at its second panel; who lost and who judged takes what it was awarded.
  const fourth = await court.booked();
  const { caseId } = await court.open(fourth.terms, fourth.leaseId);
  await court.drawPanel(caseId);
  await court.voteAll(caseId, () => VERDICT.forBuyer);
  await approve(market(), provider, at.court, 100n * USD);
  await send(provider, "court", "appeal", [caseId, zeroHash, zeroHash]);
  await court.drawPanel(caseId);
  await court.voteAll(caseId, () => VERDICT.forBuyer, { round: 1 });
  await court.end(caseId, fourth.terms);
  await send(stranger, "court", "withdrawCredit", [buyer.address]);
  // A measurement that nobody answered, for want of attesters: its fee goes back.
  const assetId = await market().mintAsset();
  await approve(market(), provider, at.attestations, 3n * USD);
  const asked = await send(provider, "attestations", "request", [assetId]);
  const told = asked.events.find((one) => one.eventName === "AttestationRequested");
  const requestId = told?.args.requestId as bigint;
  await mine(market(), 3);
  await send(stranger, "attestations", "fixSeed", [requestId]);
  await market().warpTo(Number(told?.args.deadline) + 1);
  await send(stranger, "attestations", "close", [requestId]);
  await send(stranger, "attestations", "withdrawCredit", [provider.address]);
  // Everything that is left goes back; then everybody takes what is its own.
  await market().warpTo(fourth.terms.reclaimAt + 1);
  for (const one of [second, fourth]) await send(stranger, "escrow", "reclaim", [termsForChain(one.terms)]);
  for (const account of [provider, feeRecipient, refundTo])
    if ((await market().credit(account.address)) !== 0n)
      await send(stranger, "escrow", "withdraw", [account.address, at.token]);
  await send(stranger, "registry", "withdrawStake", [provider.address]);
}

/** All that the chain has told since its first block, by transaction. */
async function toldByTransaction(): Promise<Told[][]> {
  const { publicClient } = market();
  const logs = await publicClient.getLogs({ fromBlock: 0n });
  const abi = [...escrowAbi, ...registryAbi, ...courtAbi, ...attestationsAbi, ...testDollarAbi] as Abi;
  const byTransaction = new Map<string, Told[]>();
  for (const event of parseEventLogs({ abi, logs }) as unknown as (Told & { transactionHash: string })[])
    byTransaction.set(event.transactionHash, [...(byTransaction.get(event.transactionHash) ?? []), event]);
  return [...byTransaction.values()];
}

describe("every movement of escrow, stake, bonds and fees", () => {
  it("is told by an event of the contract that moved it, to the unit: an indexer misses none of a user's money", async () => {
    await everyMovement();
    const { at } = market();
    const holders = [at.escrow, at.registry, at.arbiters, at.court, at.attestations];
    const holds = (address: unknown) => holders.find((holder) => isAddressEqual(holder, address as Address));
    let moved = 0;
    const credits = new Map<string, bigint>();
    for (const events of await toldByTransaction()) {
      for (const { address, eventName, args } of events) {
        if (isAddressEqual(address, at.escrow)) {
          const account = String(args.account);
          const amount =
            eventName === "BalanceCredited" ? args.amount : eventName === "Withdrawn" ? -(args.amount as bigint) : 0n;
          credits.set(account, (credits.get(account) ?? 0n) + (amount as bigint));
        }
        if (!isAddressEqual(address, at.token) || eventName !== "Transfer") continue;
        for (const holder of [holds(args.from), holds(args.to)]) {
          if (holder === undefined) continue;
          moved += 1;
          const told = events.filter((event) => isAddressEqual(event.address, holder));
          const amounts = told.flatMap((event) => Object.values(event.args)).filter((arg) => typeof arg === "bigint");
          expect(amounts, `${told.map((event) => event.eventName)} tell of ${args.value}`).toContain(args.value);
        }
      }
    }
    expect(moved).toBeGreaterThan(20);
    for (const [account, credit] of credits)
      if (account !== "undefined") expect(credit, account).toBe(await market().credit(account));
    expect(await market().tokens(provider.address)).toBeGreaterThanOrEqual(PRICE * 60n + 50_000n - 50_000n / 40n);
  });
});
