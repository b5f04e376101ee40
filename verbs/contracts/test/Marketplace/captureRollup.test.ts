import { toHex, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, type Receipt, STATE } from "../support/market.ts";
import { createRollupProver } from "../support/rollupProof.ts";
import { type RunOptions, runOf } from "../support/runs.ts";
import { negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket({ verifier: "real" });
type Running = Awaited<ReturnType<ReturnType<typeof market>["running"]>>;
type Item = Parameters<typeof runOf>[1][number];

let prover: Awaited<ReturnType<typeof createRollupProver>>;
beforeAll(async () => {
  prover = await createRollupProver(26);
});
afterAll(() => prover?.close());

/** A run as `captureRollup` takes it: without a proof for each receipt. */
async function rolled(items: readonly Item[], options: RunOptions = {}) {
  const run = await runOf(market(), items, options);
  return { ...run, usages: run.usages.map(({ accountId, head, span }) => ({ accountId, head, span })) };
}
const send = (rollup: unknown, runs: readonly unknown[], by: TestAccount = accounts.node) =>
  market().send(by, "market", "captureRollup", [rollup, runs]);
const booked = async ({ terms }: Running) => (await market().job(terms)).booked;

/** Leases of as many jobs, and one proof of the given receipts of them. */
async function proven(leases: number, receipts: readonly (Partial<Receipt> & { lease: number })[]) {
  const running: Running[] = [];
  for (let index = 0; index < leases; index++) running.push(await market().running());
  const at = (lease: number) => running[lease] as Running;
  const whole = receipts.map(({ lease, ...receipt }) => market().receiptOf(at(lease).leaseId, receipt));
  const { rollup, inputs } = await prover.prove(
    whole.map(({ leaseId, sequence, from, to, output }) => ({
      ...{ market: market().at.market, leaseId, payee: accounts.provider.address, sequence, output, from },
      ticks: [to],
    })),
  );
  const items = receipts.map(({ lease }, index): Item => {
    const receipt = { ...(whole[index] as Receipt), head: inputs[index]?.head ?? 0n };
    return { terms: at(lease).terms, receipt };
  });
  await market().warpTo(at(leases - 1).startedAt + 300);
  return { running, rollup, items };
}

describe("captureRollup", () => {
  it.each([
    [16, 33_000],
    [4, 25_500],
    [1, 24_000],
  ])("books sixteen receipts of %i leases under one proof, for less than %i gas a receipt", async (leases, limit) => {
    const { running, rollup, items } = await proven(
      leases,
      Array.from({ length: 16 }, (_, index) => {
        const sequence = Math.floor(index / leases);
        return { lease: index % leases, sequence, from: 15 * sequence, to: 15 * (sequence + 1) };
      }),
    );
    const { gasUsed } = await send(rollup, [await rolled(items, { node: "none" })]);
    for (const run of running) expect(await booked(run)).toBe((PRICE * 15n * 16n) / BigInt(leases));
    const each = Number(gasUsed) / 16;
    expect(each).toBeLessThan(limit);
  });

  it("books several receipts of one lease in order, closes it, and pays nobody else's word", async () => {
    const output = toHex(9, { size: 32 });
    const { running, rollup, items } = await proven(2, [
      { lease: 0, to: 30 },
      { lease: 1, to: 50 },
      { lease: 0, sequence: 1, from: 30, to: 90, last: true, output },
    ]);
    const run = await rolled(items);
    const [one, other] = running as [Running, Running];
    // Each lease's authority counts, as in a batch.
    await expectRevert(
      send(rollup, [{ ...run, nodeSignature: run.notarySignature }], accounts.stranger),
      "BadNodeSignature",
    );
    await expectRevert(send(rollup, [{ ...run, notarySignature: run.nodeSignature }]), "BadNotarySignature");
    // The proof is of these receipts, of these payees, in this order, with this output.
    await expectRevert(send(rollup, [{ ...run, outputs: [zeroHash] }], accounts.stranger), "BadNodeSignature");
    await expectRevert(send(rollup, [{ ...run, outputs: [zeroHash] }]), "ProofRejected");
    for (const change of [{ to: 51 }, { from: 1 }, { head: 5n }]) {
      const wrong = items.map((item, index) =>
        index === 1 ? { ...item, receipt: { ...item.receipt, ...change } } : item,
      );
      await expectRevert(send(rollup, [await rolled(wrong)]), "ProofRejected");
    }
    const [first, second, third] = items as [Item, Item, Item];
    await expectRevert(send(rollup, [await rolled([second, first, third])]), "ProofRejected");
    await expectRevert(send(rollup, [await rolled([first, second])]), "ProofRejected");
    await expectRevert(send({ ...rollup, blocks: 52n }, [run]), "ProofRejected");
    // Whose money, to whom: another account leads to a lease that does not exist.
    await expectRevert(send(rollup, [{ ...run, payee: accounts.stranger.address }]), "WrongState");

    await send(rollup, [run], accounts.stranger);
    expect(await booked(one)).toBe(PRICE * 90n);
    expect(await booked(other)).toBe(PRICE * 50n);
    expect(await market().lease(one.leaseId)).toMatchObject({ state: STATE.closed, output, sequence: 2 });

    // Neither the proof nor its negation pays again.
    await expectRevert(send(rollup, [run]), "NothingCaptured");
    await expectRevert(send(negated(rollup), [run]), "NothingCaptured");
  });

  it("takes what somebody captured first as proven and pays it once: nobody spoils a rollup", async () => {
    const { running, rollup, items } = await proven(2, [{ lease: 0 }, { lease: 1 }]);
    const [one, other] = running as [Running, Running];
    const alone = await prover.prove([
      {
        ...{ market: market().at.market, leaseId: one.leaseId, payee: accounts.provider.address, sequence: 0 },
        ...{ output: zeroHash, from: 0, ticks: [60] },
      },
    ]);
    await send(alone.rollup, [await rolled([items[0] as Item])]);
    const { events } = await send(rollup, [await rolled(items)]);
    expect(events.map(({ eventName }) => eventName)).toContain("CaptureSkipped");
    expect(await booked(one)).toBe(PRICE * 60n);
    expect(await booked(other)).toBe(PRICE * 60n);
  });
});
