import { buildPoseidon } from "circomlibjs";
import fc from "fast-check";
import { concat, keccak256, numberToHex, pad } from "viem";
import { describe, expect, test } from "vitest";
import { FIELD_SIZE, nextHead, tickContext, tickOrigin } from "./tickChain.ts";

const owner = {
  chainId: 31337,
  market: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  leaseId: `0x${"ab".repeat(32)}`,
  payee: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  sequence: 3,
} as const;
const output = `0x${"cd".repeat(32)}` as const;

describe("tickOrigin", () => {
  test("is the hash that the contract makes of five ABI words, or every receipt is refused", () => {
    const words = concat([
      numberToHex(owner.chainId, { size: 32 }),
      pad(owner.market),
      owner.leaseId,
      pad(owner.payee),
      numberToHex(owner.sequence, { size: 32 }),
    ]);
    expect(tickOrigin(owner)).toBe(BigInt(keccak256(words)) % FIELD_SIZE);
  });

  test.each([
    ["chain", { chainId: 1 }],
    ["market", { market: owner.payee }],
    ["lease", { leaseId: output }],
    ["payee", { payee: owner.market }],
    ["sequence", { sequence: 4 }],
  ])("differs for another %s, so that a receipt is paid only once and only there", (_name, change) => {
    expect(tickOrigin({ ...owner, ...change })).not.toBe(tickOrigin(owner));
  });
});

describe("tickContext", () => {
  test("is the hash that the contract makes of origin and output", () => {
    const words = concat([numberToHex(tickOrigin(owner), { size: 32 }), output]);
    expect(tickContext(tickOrigin(owner), output)).toBe(BigInt(keccak256(words)) % FIELD_SIZE);
  });

  test("differs for another output, so that a proof cannot carry a swapped result", () => {
    const origin = tickOrigin(owner);
    expect(tickContext(origin, owner.leaseId)).not.toBe(tickContext(origin, output));
  });
});

describe("nextHead", () => {
  test("agrees with circomlibjs, so that node, notary and circuit sign the same head", async () => {
    const poseidon = await buildPoseidon();
    const element = fc.bigInt({ min: 0n, max: FIELD_SIZE - 1n });
    fc.assert(
      fc.property(element, fc.nat({ max: 2 ** 32 - 1 }), element, (head, elapsed, sample) => {
        const expected = poseidon.F.toObject(poseidon([head, BigInt(elapsed), sample]));
        expect(nextHead(head, elapsed, sample)).toBe(expected);
      }),
      {
        numRuns: 30,
        examples: [
          [0n, 0, 0n],
          [FIELD_SIZE - 1n, 2 ** 32 - 1, FIELD_SIZE - 1n],
        ],
      },
    );
  });

  test("refuses values outside the field, which would alias smaller ones", () => {
    expect(() => nextHead(FIELD_SIZE, 0, 0n)).toThrow(/head must be a field element/);
    expect(() => nextHead(0n, 0, FIELD_SIZE)).toThrow(/sample must be a field element/);
    expect(() => nextHead(-1n, 0, 0n)).toThrow(/head must be a field element/);
  });

  test.each([-1, 1.5, 2 ** 32, Number.NaN])("refuses %s as seconds", (elapsed) => {
    expect(() => nextHead(0n, elapsed, 0n)).toThrow(/elapsed must be whole seconds/);
  });
});
