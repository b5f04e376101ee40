import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type AbiEvent, encodeAbiParameters, encodeEventTopics, getAbiItem, type Log } from "viem";
import { expect, test } from "vitest";
import { address, fixtureMarket, hash } from "../../../test/fixtureMarket.ts";
import { decodeEvents } from "./decodeEvents.ts";

const market = fixtureMarket();

function log(item: AbiEvent, args: Record<string, unknown>): Log {
  const plain = item.inputs.filter((input) => !input.indexed);
  return {
    address: market.contracts.escrow,
    topics: encodeEventTopics({ abi: [item], args } as never),
    data: encodeAbiParameters(plain, plain.map((input) => args[input.name ?? ""]) as never),
    logIndex: 0,
  } as unknown as Log;
}
const valuesOf = (item: AbiEvent, args: Record<string, unknown>) =>
  Object.fromEntries(decodeEvents([log(item, args)], market.paymentToken.address)[0]?.values ?? []);

test("a buyer reads dollars, not atomic units, in every event that moves money", () => {
  const released = getAbiItem({ abi: escrowAbi, name: "JobReleased" });
  expect(valuesOf(released, { jobId: hash(1), payee: address(2), amount: 2_940n, fee: 73n })).toMatchObject({
    amount: "0.00294 USD",
    fee: "0.000073 USD",
  });
  const settled = getAbiItem({ abi: marketplaceAbi, name: "JobSettled" });
  expect(valuesOf(settled, { jobId: hash(1), paid: 2_940n, fees: 73n, refunded: 255_287n })).toMatchObject({
    paid: "0.00294 USD",
    fees: "0.000073 USD",
    refunded: "0.255287 USD",
  });
  const transfer = getAbiItem({ abi: testDollarAbi, name: "Transfer" });
  expect(valuesOf(transfer, { from: address(1), to: address(2), value: 1_000_000n })).toMatchObject({
    value: "1.00 USD",
  });
});

test("a price says per what, and a count stays a count", () => {
  const listed = getAbiItem({ abi: marketplaceAbi, name: "Listed" });
  const args = {
    assetId: 7n,
    provider: address(1),
    token: market.paymentToken.address,
    pricePerSecond: 420n,
    minSeconds: 1,
    maxSeconds: 3_600,
    endsAt: 2_000_000_000n,
    version: 1,
  };
  expect(valuesOf(listed, args)).toMatchObject({
    assetId: "7",
    pricePerSecond: "0.00042 USD / s",
    maxSeconds: "3600",
  });
});

test("an amount of another token is not shown as dollars", () => {
  const withdrawn = getAbiItem({ abi: escrowAbi, name: "Withdrawn" });
  expect(valuesOf(withdrawn, { account: address(1), token: address(9), amount: 5n })).toMatchObject({
    amount: "5 atomic units",
  });
});
