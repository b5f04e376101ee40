import { concat, keccak256, numberToHex, pad } from "viem";
import { expect, test } from "vitest";
import { FIELD_SIZE } from "../receipt/tickChain.ts";
import { inferenceContext } from "./inferenceContext.ts";

const owner = {
  chainId: 31337,
  market: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  leaseId: `0x${"ab".repeat(32)}`,
  payee: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  modelId: `0x${"cd".repeat(32)}`,
} as const;

test("is the hash that the contract makes of five ABI words, or every inference is refused", () => {
  const words = concat([
    numberToHex(owner.chainId, { size: 32 }),
    pad(owner.market),
    owner.leaseId,
    pad(owner.payee),
    owner.modelId,
  ]);
  expect(inferenceContext(owner)).toBe(BigInt(keccak256(words)) % FIELD_SIZE);
});

test.each([
  ["chain", { chainId: 1 }],
  ["market", { market: owner.payee }],
  ["lease", { leaseId: owner.modelId }],
  ["payee", { payee: owner.market }],
  ["model", { modelId: owner.leaseId }],
])("differs for another %s, so that a proof is paid once, there, to its maker", (_name, change) => {
  expect(inferenceContext({ ...owner, ...change })).not.toBe(inferenceContext(owner));
});
