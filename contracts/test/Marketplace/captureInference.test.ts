import { inferenceVerifierAbi } from "@gristmill/shared/abi/inferenceVerifier";
import { inferenceWorkload } from "@gristmill/shared/inference/inferenceWorkload";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { type Hex, keccak256, stringToHex, toHex, zeroHash } from "viem";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { createInferenceProver, inputCommitment, registerDigits } from "../support/digits.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, DUMMY_PROOF, feeOf, PRICE, REASON, STATE } from "../support/market.ts";
import { negated } from "../support/usageProof.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const prover = createInferenceProver();
afterAll(() => prover.close());

const SECONDS = 120;
const AMOUNT = PRICE * BigInt(SECONDS);
const FEE = feeOf(AMOUNT);
const spec = keccak256(stringToHex("spec"));
const output = keccak256(stringToHex("output"));

let modelId: Hex;
beforeEach(async () => {
  modelId = await registerDigits(market());
});

/** A started lease of a job that only a proven answer pays. */
async function ordered(overrides: Partial<Terms> = {}) {
  const workload = inferenceWorkload(modelId, inputCommitment, spec);
  return market().running({ seconds: SECONDS, terms: { workload, notary: market().at.market, ...overrides } });
}

/** The same with a proof of its answer. */
async function answered(owner: Partial<Parameters<typeof prover.prove>[0]> = {}) {
  const run = await ordered();
  const payee = accounts.provider.address;
  const made = await prover.prove({ market: market().at.market, leaseId: run.leaseId, payee, modelId, ...owner });
  return { ...run, proof: made.proof, answer: { modelId, inputCommitment, spec, class: made.class, output } };
}

const capture = (
  run: { terms: Terms; leaseId: Hex },
  answer: object,
  proof: unknown,
  by: TestAccount = accounts.node,
) => market().send(by, "market", "captureInference", [termsForChain(run.terms), run.leaseId, answer, proof]);
const refund = (run: { terms: Terms; leaseId: Hex }) =>
  market().send(accounts.stranger, "market", "refundInference", [termsForChain(run.terms), run.leaseId]);

/** Everything that came in is with somebody: nothing of a job stays behind or is made. */
async function expectAllPaidOut(terms: Terms, provider: bigint, fee: bigint) {
  expect(await market().credit(accounts.provider.address)).toBe(provider);
  expect(await market().credit(accounts.feeRecipient.address)).toBe(fee);
  expect(await market().tokens(terms.refundTo)).toBe(terms.cap - provider - fee);
  expect(await market().tokens(market().at.escrow)).toBe(provider + fee);
  expect(await market().job(terms)).toMatchObject({ closed: true, reserved: 0n, booked: 0n });
}

// Real proofs: a second on an idle machine, far more on a loaded one.
const PROVING = { timeout: 300_000 };

describe("a proven answer", PROVING, () => {
  it("pays provider, fee and refund in the same call, with no window", async () => {
    const run = await answered();
    const sent = await capture(run, run.answer, run.proof);
    await expectAllPaidOut(run.terms, AMOUNT, FEE);
    expect(await market().lease(run.leaseId)).toMatchObject({ state: STATE.closed, reason: REASON.completed, output });
    expect(sent.events.find(({ eventName }) => eventName === "InferenceCaptured")?.args).toMatchObject({
      ...{ leaseId: run.leaseId, modelId, inputCommitment, class: run.answer.class, amount: AMOUNT, fee: FEE },
    });
    const before = await market().tokens(accounts.provider.address);
    await market().send(accounts.provider, "escrow", "withdraw", [accounts.provider.address, market().at.token]);
    expect((await market().tokens(accounts.provider.address)) - before).toBe(AMOUNT);
  });

  it("is paid once: the second capture of the lease is refused, negated or not", async () => {
    const run = await answered();
    await capture(run, run.answer, negated(run.proof));
    await expectRevert(capture(run, run.answer, run.proof), "WrongState");
  });

  it("is not paid for another class, model, input or workload than was proven and ordered", async () => {
    const run = await answered();
    const { answer, proof } = run;
    await expectRevert(capture(run, { ...answer, class: (answer.class + 1n) % 10n }, proof), "InferenceRejected");
    for (const other of [{ modelId: zeroHash }, { inputCommitment: inputCommitment + 1n }, { spec: output }]) {
      await expectRevert(capture(run, { ...answer, ...other }, proof), "OtherInference");
    }
  });

  it.each([
    ["lease", () => ({ leaseId: toHex(1, { size: 32 }) })],
    ["payee", () => ({ payee: accounts.stranger.address })],
    ["market", () => ({ market: market().at.escrow })],
    ["model", () => ({ modelId: zeroHash })],
    ["chain", () => ({ chainId: 1 })],
  ])("is not paid to another %s than it was made for", async (_name, owner) => {
    const run = await answered(owner());
    await expectRevert(capture(run, run.answer, run.proof), "InferenceRejected");
  });

  it("is taken from the node or its provider only, or a copy could carry another output", async () => {
    const run = await answered();
    await expectRevert(capture(run, run.answer, run.proof, accounts.stranger), "NotNode");
    await capture(run, run.answer, run.proof, accounts.provider);
  });

  it("is not taken for a starved verifier's no: the call reverts by name", async () => {
    const args = [modelId, 1n, inputCommitment, 1n, DUMMY_PROOF];
    const starved = market().publicClient.readContract({
      ...{ address: market().at.inferenceVerifier, functionName: "verifyInference", args, gas: 250_000n },
      abi: inferenceVerifierAbi,
    } as never);
    await expectRevert(starved, "NotEnoughGas");
  });

  it("reverts for a class at or above the field's order", async () => {
    const run = await answered();
    const field = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
    await expectRevert(capture(run, { ...run.answer, class: run.answer.class + field }, run.proof), "InputOutOfField");
  });
});

describe("without a proof", PROVING, () => {
  it("everything goes back when the lease's time is over, whoever asks", async () => {
    const run = await ordered();
    await expectRevert(refund(run), "TooEarly");
    await market().warpTo(run.startedAt + SECONDS + 1);
    await refund(run);
    await expectAllPaidOut(run.terms, 0n, 0n);
    await expectRevert(refund(run), "WrongState");
  });

  it("an answer after the lease's time is not paid", async () => {
    const run = await answered();
    await market().warpTo(run.startedAt + SECONDS + 1);
    await expectRevert(capture(run, run.answer, run.proof), "CaptureClosed");
  });

  it("everything goes back at once when the node gives up", async () => {
    const run = await ordered();
    await market().end(run.terms, run.leaseId, REASON.failed);
    await refund(run);
    await expectAllPaidOut(run.terms, 0n, 0n);
  });

  it("time is never billed: no receipt of such a lease is captured, with a notary's word or on the node's own", async () => {
    const run = await ordered();
    await market().warpTo(run.startedAt + 100);
    const receipt = market().receiptOf(run.leaseId);
    await expectRevert(market().capture(run.terms, receipt), "CaptureClosed");
    const own = [termsForChain(run.terms), receipt, await market().signReceipt(receipt), "0x", DUMMY_PROOF];
    await expectRevert(market().send(accounts.node, "market", "capture", own), "CaptureClosed");
  });

  it("nobody ends the lease in front of the node's answer to have it for nothing", async () => {
    const run = await answered();
    await expectRevert(market().end(run.terms, run.leaseId, REASON.stoppedByBuyer, accounts.buyer), "NotAllowedToEnd");
    await expectRevert(market().end(run.terms, run.leaseId, REASON.nodeLost, accounts.scheduler), "NotAllowedToEnd");
    await capture(run, run.answer, run.proof);
  });
});

it("a job paid by time is not paid by an answer, nor refunded as one", async () => {
  const run = await market().running({ seconds: SECONDS });
  const answer = { modelId, inputCommitment, spec, class: 1n, output };
  await expectRevert(capture(run, answer, DUMMY_PROOF), "NotInference");
  await expectRevert(refund(run), "NotInference");
  expect((await market().job(run.terms)).deposited).toBe(CAP);
});
