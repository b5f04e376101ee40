import { poseidon16 } from "poseidon-lite/poseidon16";
import { concat, keccak256, numberToHex } from "viem";
import { FIELD_SIZE } from "./tickChain.ts";
import type { UsageStatement } from "./usageStatement.ts";

/** What the commitment of a rollup says of one block. */
export interface BlockLayout {
  /** Head of the tick chain after the block. */
  head: bigint;
  /** Start of the receipt that begins with the block; 0 when the block goes on with one, or is empty. */
  from: number;
  /** Whether the receipt ends with the block. */
  ends: 0 | 1;
  /** Ticks in the block. */
  ticks: number;
}

const WIDTH = 15;

/** Commitment to the blocks of a rollup, as `circuits/src/lib/rollupCommitment.circom` makes it: head and layout of each. */
export function rollupCommitment(blocks: readonly BlockLayout[]): bigint {
  const values = blocks.flatMap(({ head, from, ends, ticks }) => [
    head,
    BigInt(from) + (BigInt(ends) << 32n) + (BigInt(ticks) << 33n),
  ]);
  let link = 0n;
  for (let start = 0; start < values.length; start += WIDTH) {
    link = poseidon16([link, ...Array.from({ length: WIDTH }, (_, index) => values[start + index] ?? 0n)]);
  }
  return link;
}

/**
 * `keccak256(commitment, context, origin, head, from, to, context, ...) mod r`, one 32-byte word each: fixed only after
 * the commitment and every receipt.
 */
export function rollupChallenge(commitment: bigint, statements: readonly UsageStatement[]): bigint {
  const words = [
    commitment,
    ...statements.flatMap(({ context, origin, head, from, to }) => [context, origin, head, BigInt(from), BigInt(to)]),
  ];
  return BigInt(keccak256(concat(words.map((word) => numberToHex(word, { size: 32 }))))) % FIELD_SIZE;
}

/** `sum over receipts k of challenge^4k (origin + head challenge + from challenge^2 + to challenge^3) mod r`. */
export function rollupEvaluation(challenge: bigint, statements: readonly UsageStatement[]): bigint {
  let evaluation = 0n;
  let power = 1n;
  for (const { origin, head, from, to } of statements) {
    for (const value of [origin, head, BigInt(from), BigInt(to)]) {
      evaluation = (evaluation + value * power) % FIELD_SIZE;
      power = (power * challenge) % FIELD_SIZE;
    }
  }
  return evaluation;
}
