import { type Hex, toHex, zeroHash } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, STATE } from "../support/market.ts";
import { createProver, negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket({ verifier: "real" });
const prover = createProver();
afterAll(() => prover.close());

/** A lease 100 seconds in, with the proof of its first 60. */
async function proven(overrides: { payee?: Hex; sequence?: number; output?: Hex; leaseId?: Hex } = {}) {
  const run = await market().running();
  const { proof, inputs } = await prover.prove({
    market: market().at.market,
    leaseId: run.leaseId,
    payee: accounts.provider.address,
    sequence: 0,
    output: zeroHash,
    from: 0,
    ticks: [20, 40, 60],
    ...overrides,
  });
  await market().warpTo(run.startedAt + 100);
  return { ...run, proof, head: inputs.head };
}

describe("capture with a real usage proof", () => {
  it("pays for exactly the seconds that the proof shows", async () => {
    const { terms, leaseId, proof, head } = await proven();
    await market().capture(terms, market().receiptOf(leaseId, { head }), proof);
    expect((await market().job(terms)).booked).toBe(PRICE * 60n);
  });

  it("closes the lease with a proof bound to its output", async () => {
    const output = toHex(11, { size: 32 });
    const { terms, leaseId, proof, head } = await proven({ output });
    const receipt = market().receiptOf(leaseId, { head, last: true });
    await expectRevert(market().capture(terms, receipt, proof), "ProofRejected");
    await market().capture(terms, { ...receipt, output }, proof);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.closed, output });
  });

  it.each(["from", "to", "head"] as const)(
    "reverts when node and notary sign another %s than was proven",
    async (field) => {
      const { terms, leaseId, proof, head } = await proven();
      const receipt = market().receiptOf(leaseId, { head });
      const other = { from: 1, to: 61, head: head + 1n };
      await expectRevert(market().capture(terms, { ...receipt, [field]: other[field] }, proof), "ProofRejected");
    },
  );

  it("reverts for a proof of another lease, payee or sequence", async () => {
    for (const overrides of [
      { leaseId: toHex(1, { size: 32 }) },
      { payee: accounts.stranger.address },
      { sequence: 1 },
    ]) {
      const { terms, leaseId, proof, head } = await proven(overrides);
      await expectRevert(market().capture(terms, market().receiptOf(leaseId, { head }), proof), "ProofRejected");
    }
  });

  it("reverts when a proof is replayed on the next sequence", async () => {
    const { terms, leaseId, proof, head } = await proven();
    await market().capture(terms, market().receiptOf(leaseId, { head }), proof);
    const replay = market().receiptOf(leaseId, { sequence: 1, from: 60, to: 90, head });
    await expectRevert(market().capture(terms, replay, proof), "ProofRejected");
  });

  it("reverts for the negated proof on the same sequence: the nullifier is not made of proof bytes", async () => {
    const { terms, leaseId, proof, head } = await proven();
    const receipt = market().receiptOf(leaseId, { head });
    const snapshot = await market().testClient.snapshot();
    await market().capture(terms, receipt, negated(proof));
    await market().testClient.revert({ id: snapshot });
    await market().capture(terms, receipt, proof);
    await expectRevert(market().capture(terms, receipt, negated(proof)), "SequenceUsed", [0, 1]);
  });

  it("reverts for a head at or above the field's order", async () => {
    const { terms, leaseId, proof, head } = await proven();
    const order = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
    const receipt = market().receiptOf(leaseId, { head: head + order });
    await expectRevert(market().capture(terms, receipt, proof), "InputOutOfField", [2n, head + order]);
  });
});
