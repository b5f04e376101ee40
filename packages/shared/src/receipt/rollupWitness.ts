import { BaseError } from "../errors/baseError.ts";
import { rollupChallenge, rollupCommitment, rollupEvaluation } from "./rollupChallenge.ts";
import { type UsageStatement, type UsageWitnessInput, usageStatement } from "./usageStatement.ts";

/** Ticks of one block of a rollup (circuits/circuits.json, second parameter of UsageRollup). */
export const BLOCK_TICKS = 4;

/** Input of the rollup circuit, decimal strings by signal name: plain JSON, ready for another process. */
export interface RollupCircuitInput {
  commitment: string;
  challenge: string;
  evaluation: string;
  origin: string[];
  from: string[];
  ends: string[];
  elapsed: string[][];
  sample: string[][];
  active: string[][];
}

/** What a rollup is proven from, and what the contract needs beside the proof. */
export interface RollupWitness {
  input: RollupCircuitInput;
  commitment: bigint;
  /** In the order given. */
  statements: UsageStatement[];
}

interface Block {
  origin: bigint;
  from: number;
  ends: 0 | 1;
  elapsed: number[];
  sample: bigint[];
  active: number[];
  /** Head after this block's ticks. */
  head: bigint;
}

/** How many blocks of a rollup a receipt of so many ticks takes. */
export function blocksOf(tickCount: number): number {
  return Math.ceil(tickCount / BLOCK_TICKS);
}

/**
 * Lays out receipts for a rollup circuit of `blockCount` blocks, in the order in which the contract will get them. Blocks
 * that no receipt needs are empty.
 *
 * @throws BaseError `invalid_request` when there is no receipt, when they do not fit, or as `usageStatement` does.
 */
export function rollupWitness(receipts: readonly UsageWitnessInput[], blockCount: number): RollupWitness {
  const statements = receipts.map(usageStatement);
  const blocks = receipts.flatMap(blocksOfReceipt);
  if (blocks.length < 1 || blocks.length > blockCount) {
    throw new BaseError("invalid_request", `a rollup holds 1 to ${blockCount} blocks of ticks, got ${blocks.length}`);
  }
  const none = Array.from({ length: BLOCK_TICKS }, () => 0);
  const empty: Block = {
    ...{ origin: 0n, from: 0, ends: 1, head: 0n },
    elapsed: none,
    sample: none.map(BigInt),
    active: none,
  };
  while (blocks.length < blockCount) blocks.push(empty);

  const commitment = rollupCommitment(
    blocks.map(({ head, from, ends, active }) => ({ head, from, ends, ticks: sum(active) })),
  );
  const challenge = rollupChallenge(commitment, statements);
  return {
    commitment,
    statements,
    input: {
      commitment: commitment.toString(),
      challenge: challenge.toString(),
      evaluation: rollupEvaluation(challenge, statements).toString(),
      origin: blocks.map(({ origin }) => origin.toString()),
      from: blocks.map(({ from }) => from.toString()),
      ends: blocks.map(({ ends }) => ends.toString()),
      elapsed: blocks.map(({ elapsed }) => elapsed.map(String)),
      sample: blocks.map(({ sample }) => sample.map(String)),
      active: blocks.map(({ active }) => active.map(String)),
    },
  };
}

function blocksOfReceipt(receipt: UsageWitnessInput): Block[] {
  const { ticks } = receipt;
  return Array.from({ length: blocksOf(ticks.length) }, (_, index) => {
    const own = ticks.slice(index * BLOCK_TICKS, (index + 1) * BLOCK_TICKS);
    const { head, to } = usageStatement({ ...receipt, ticks: ticks.slice(0, (index + 1) * BLOCK_TICKS) });
    const at = (slot: number) => own[slot];
    const slots = Array.from({ length: BLOCK_TICKS }, (_, slot) => slot);
    return {
      origin: index === 0 ? receipt.origin : 0n,
      from: index === 0 ? receipt.from : 0,
      ends: index === blocksOf(ticks.length) - 1 ? 1 : 0,
      elapsed: slots.map((slot) => at(slot)?.elapsed ?? to),
      sample: slots.map((slot) => at(slot)?.sample ?? 0n),
      active: slots.map((slot) => (at(slot) ? 1 : 0)),
      head,
    };
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
