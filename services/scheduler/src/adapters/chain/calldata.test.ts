import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { leaseIdOf } from "@gristmill/shared/chain/leaseId";
import { packSpan } from "@gristmill/shared/receipt/span";
import { encodeFunctionData, toHex, zeroHash } from "viem";
import { expect, test } from "vitest";
import { decodeCaptures } from "./calldata.ts";

const [payee, node, notary] = [toHex(1, { size: 20 }), toHex(2, { size: 20 }), toHex(3, { size: 20 })];
const parties = { payee, node, notary };
const deal = { index: 2, feeBps: 250, pricePerSecond: 420n };
const proof = {
  a: [1n, 2n],
  b: [
    [3n, 4n],
    [5n, 6n],
  ],
  c: [7n, 8n],
} as const;
const output = toHex(9, { size: 32 });

test("a buyer sees the receipts of its leases also when they were captured among others", () => {
  const usage = (account: number, sequence: number, last: boolean) => ({
    accountId: toHex(account, { size: 32 }),
    head: BigInt(100 + account),
    span: packSpan({ ...deal, sequence, from: 0, to: 60, last }),
    proof,
  });
  const run = (usages: ReturnType<typeof usage>[]) => ({
    ...parties,
    nodeSignature: "0x" as const,
    notarySignature: "0x01" as const,
    outputs: [output],
    usages,
  });
  const input = encodeFunctionData({
    abi: marketplaceAbi,
    functionName: "captureBatch",
    args: [[run([usage(1, 0, false), usage(2, 5, true)]), run([usage(3, 1, true)])]],
  });
  const leaseId = (account: number) => leaseIdOf({ ...parties, ...deal, accountId: toHex(account, { size: 32 }) });
  const common = { nodeSignature: "0x", notarySignature: "0x01" };
  const words = {
    a: ["1", "2"],
    b: [
      ["3", "4"],
      ["5", "6"],
    ],
    c: ["7", "8"],
  };
  expect(decodeCaptures(input)).toEqual([
    { ...common, leaseId: leaseId(1), sequence: 0, head: 101n, output: zeroHash, last: false, proof: words },
    { ...common, leaseId: leaseId(2), sequence: 5, head: 102n, output, last: true, proof: words },
    { ...common, leaseId: leaseId(3), sequence: 1, head: 103n, output, last: true, proof: words },
  ]);
});

test("other calldata carries no receipts", () => {
  expect(decodeCaptures("0x")).toEqual([]);
  expect(decodeCaptures("0xdeadbeef")).toEqual([]);
});
