import type { Order } from "@gristmill/shared/api/quote";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { x402ResourceServer } from "@x402/core/server";
import type { PaymentRequirements, SettleResponse } from "@x402/core/types";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import type { Hex } from "viem";
import { buildFacilitator } from "./buildFacilitator.ts";
import { fundInBackground } from "./fundInBackground.ts";
import { keyedTurns } from "./keyedTurns.ts";
import { offerReceipts } from "./offerReceipts.ts";
import { markExtension, markHashOf } from "./payerMarks.ts";
import { attemptOf, type PaymentAttempt } from "./paymentBook.ts";
import { acceptedFault, authorizationFault, type PaymentFault, refusalFault, signatureFault } from "./paymentFault.ts";
import { identifierExtension, identifierFault } from "./paymentIdentifier.ts";
import type { ExactPayload } from "./paymentPayload.ts";
import type { Payments, Purchase } from "./payments.ts";
import type { PaymentsDeps } from "./paymentsDeps.ts";
import { remember } from "./remember.ts";
import { tokenReads } from "./tokenReads.ts";

/** How long a fresh authorization is good for, seconds. */
const AUTHORIZATION_SECONDS = 300;
/** Orders that may be paid through `POST /settle`: those offered last. */
const MAX_OFFERED = 10_000;

/** A purchase before it is known whose. */
type Progress<Of = Purchase> = Of extends unknown ? Omit<Of, "isPayer"> : never;

type OrderCheck = () => Promise<void>;

/** Takes x402 `exact` payments into the vaults of jobs with the official server and facilitator classes. */
export async function createPayments(deps: PaymentsDeps): Promise<Payments> {
  const { market, commands, marks, book, vaultOf, chainNow, wallClockMs, publicClient, walletClient } = deps;
  const network = `eip155:${market.chainId}` as const;
  const token = tokenReads(publicClient, market.paymentToken.address);
  const facilitator = buildFacilitator({
    network,
    publicClient,
    walletClient,
    confirmationTimeoutMs: deps.confirmationTimeoutMs,
  });
  const server = new x402ResourceServer({
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => (deps.foreign ?? facilitator).settle(payload, requirements),
    getSupported: async () => ({
      ...facilitator.getSupported(),
      kinds: [{ x402Version: 2, scheme: "exact", network }],
    }),
  }).register(network, new ExactEvmScheme());
  await server.initialize();

  const resourceUrl = new URL("/v1/jobs", market.schedulerUrl).href;
  const receipts = offerReceipts(walletClient, resourceUrl);
  const inTurn = keyedTurns();
  const funding = fundInBackground(commands, deps.onBackgroundFailure);
  const offered = new Map<string, { order: Order; orderCheck: OrderCheck }>();
  const settled = new Map<JobId, SettleResponse>();

  const idOf = (order: Order) => jobIdOf(order.terms, market.contracts.escrow, market.chainId);

  const requirementsOf = async (order: Order, now: number): Promise<PaymentRequirements> => {
    const ahead = Math.max(0, now - Math.floor(wallClockMs() / 1000));
    const [requirements] = await server.buildPaymentRequirements({
      scheme: "exact",
      network,
      payTo: vaultOf(idOf(order)),
      price: {
        asset: market.paymentToken.address,
        amount: order.terms.cap.toString(),
        extra: { name: market.paymentToken.name, version: market.paymentToken.version },
      },
      maxTimeoutSeconds: AUTHORIZATION_SECONDS + ahead,
      extra: { paymentFlow: "upfront" },
    });
    if (!requirements) throw new BaseError("internal", "no payment requirements were built");
    return requirements;
  };

  const offer = async (order: Order, now: number, fault: PaymentFault | undefined): Promise<Progress> => {
    const requirements = await requirementsOf(order, now);
    const required = await server.createPaymentRequiredResponse(
      [requirements],
      {
        url: resourceUrl,
        description: `Gristmill job ${idOf(order)}: pays its vault; what is not used returns to ${order.terms.refundTo}`,
        mimeType: "application/json",
        serviceName: "Gristmill",
      },
      fault?.message ?? "Payment required",
      { ...markExtension(), ...identifierExtension(), ...(await receipts.offer(requirements)) },
    );
    return { outcome: "unpaid", required, fault };
  };

  /** An authorization already used with the vault funded counts as settled, whoever sent the transaction (rule 2). */
  const isVaultFull = async (order: Order) => (await token.balanceOf(vaultOf(idOf(order)))) >= order.terms.cap;

  const fund = async (order: Order, settlement: SettleResponse | undefined): Promise<Progress> => {
    const jobId = idOf(order);
    const txHash = settlement?.transaction ? (settlement.transaction as Hex) : undefined;
    if (settlement) remember(settled, jobId, settlement, MAX_OFFERED);
    try {
      await commands.keepOrder(order);
      await commands.fundFromVault(order, { txHash });
      await book.forget(jobId);
      return { outcome: "funded", settlement };
    } catch (error) {
      deps.onBackgroundFailure(jobId, error);
      funding.start(jobId, order, txHash);
      return { outcome: "pending", where: "in the vault", settlement };
    }
  };

  /** Whether the broadcast payment of this job is still on its way; forgets one that can no longer arrive. */
  const stillUnconfirmed = async (jobId: JobId, now: number): Promise<PaymentAttempt | undefined> => {
    const attempt = await book.find(jobId);
    if (!attempt) return undefined;
    const { payer, nonce, validBefore, txHash: hash } = attempt;
    const receipt = hash && (await publicClient.getTransactionReceipt({ hash }).catch(() => undefined));
    if (receipt?.status !== "reverted" && validBefore > BigInt(now)) return attempt;
    if (await token.isAuthorizationUsed(payer, nonce)) return attempt;
    await book.forget(jobId);
    return undefined;
  };

  const onItsWay = ({ payer, txHash }: PaymentAttempt): Progress => {
    const transaction = txHash ?? "";
    const settlement = { success: false, errorReason: "settlement_pending", payer, transaction, network };
    return { outcome: "pending", where: "on its way", settlement: txHash && settlement };
  };

  /** The SDK's own diagnosis asks Multicall3, which a local chain does not have. */
  const faultOf = async (
    payload: ExactPayload,
    order: Order,
    required: PaymentRequirements,
    reason: string | undefined,
  ): Promise<PaymentFault> => {
    const { from, nonce } = payload.payload.authorization;
    const known = refusalFault(reason);
    if (known.field !== "payload") return known;
    // The chain may have gone on since its clock was read here.
    const { timestamp } = await publicClient.getBlock();
    const tooLate = authorizationFault(payload.payload.authorization, required, Number(timestamp));
    if (tooLate) return tooLate;
    if (await token.isAuthorizationUsed(from, nonce)) {
      const message = "the authorization was used or cancelled before, and this job's vault is empty: sign a new one";
      return { code: "payment_invalid", field: "payload.authorization.nonce", message };
    }
    const balance = await token.balanceOf(from);
    if (balance >= order.terms.cap) return known;
    const message = `${from} has ${balance} of ${market.paymentToken.symbol}, this order costs ${order.terms.cap}`;
    return { code: "payment_invalid", field: "payload.authorization.from", message };
  };

  const check = async (
    payload: ExactPayload,
    order: Order,
    now: number,
  ): Promise<PaymentFault | PaymentRequirements> => {
    // Its timeout moves with the chain's clock and decides nothing here: the authorization's own times do.
    const required = { ...(await requirementsOf(order, now)), maxTimeoutSeconds: payload.accepted.maxTimeoutSeconds };
    const fault =
      acceptedFault(payload.accepted, required) ??
      authorizationFault(payload.payload.authorization, required, now) ??
      signatureFault(payload.payload.signature);
    if (fault) return fault;
    if (!server.findMatchingRequirements([required], payload as never)) {
      return {
        code: "payment_invalid",
        field: "accepted",
        message: "the payment accepts other terms than this order's 402",
      };
    }
    const verdict = await facilitator.verify(payload as never, required);
    return verdict.isValid ? required : faultOf(payload, order, required, verdict.invalidReason);
  };

  const settle = async (payload: ExactPayload, order: Order, now: number): Promise<Progress> => {
    const required = await check(payload, order, now);
    if ("code" in required) return offer(order, now, required);
    const jobId = idOf(order);
    const misnamed = await identifierFault(payload, jobId, book);
    if (misnamed) return offer(order, now, misnamed);
    const markHash = markHashOf(payload);
    // Before the payment is public: later everybody has what it takes to send the same again.
    if (markHash !== undefined) await marks.keep(jobId, markHash);
    await commands.keepOrder(order);
    const attempt = attemptOf(payload);
    await book.keep(jobId, attempt);
    const settlement = await server
      .settlePayment(payload as never, required, undefined, undefined, undefined, "before-handler")
      .catch((error: unknown): SettleResponse => {
        return { success: false, errorReason: "settle_failed", errorMessage: String(error), transaction: "", network };
      });
    if (await isVaultFull(order)) {
      return fund(order, settlement.success ? await receipts.withReceipt(settlement) : undefined);
    }
    // Sent, or said to be: only the chain says that it arrived.
    if ((settlement.success || settlement.errorReason === "settlement_pending") && settlement.transaction) {
      const sent = { ...attempt, txHash: settlement.transaction as Hex };
      await book.keep(jobId, sent);
      return onItsWay(sent);
    }
    // A facilitator that gave no answer may have sent it all the same.
    if (deps.foreign && settlement.errorReason === "settle_failed") return onItsWay(attempt);
    await book.forget(jobId);
    deps.onBackgroundFailure(jobId, new Error(settlement.errorMessage ?? settlement.errorReason));
    const again = await check(payload, order, now);
    if ("code" in again) return offer(order, now, again);
    throw new BaseError("chain_unavailable", "the payment is good, but it could not be sent to the chain now", {
      details: { money: "Nothing was charged; the authorization is unused and can be sent again as it is." },
    });
  };

  const purchase: Payments["purchase"] = (order, payload, orderCheck) => {
    const jobId = idOf(order);
    return inTurn(jobId, async () => {
      const progress = await advance().catch((error: unknown) => {
        deps.onOutcome?.("failed");
        throw error;
      });
      deps.onOutcome?.(progress.outcome);
      if (progress.outcome === "unpaid") return progress;
      const markHash = markHashOf(payload);
      return { ...progress, isPayer: markHash !== undefined && (await marks.matches(jobId, markHash)) };
    });

    async function advance(): Promise<Progress> {
      if (await commands.isFunded(jobId)) return { outcome: "funded", settlement: settled.get(jobId) };
      if (await isVaultFull(order)) return fund(order, settled.get(jobId));
      const now = chainNow();
      const attempt = await stillUnconfirmed(jobId, now);
      // One that may not have been sent is sent again when it comes again: its nonce lets it arrive once.
      const isAgain = attempt?.txHash === undefined && payload?.payload.authorization.nonce === attempt?.nonce;
      if (attempt && !isAgain) return onItsWay(attempt);
      await orderCheck();
      remember(offered, vaultOf(jobId).toLowerCase(), { order, orderCheck }, MAX_OFFERED);
      return payload ? settle(payload, order, now) : offer(order, now, undefined);
    }
  };

  const unknownVault = "this facilitator takes payments only into the vault of an order that it answered with a 402";

  return {
    purchase,
    async verify(payload, { payTo }) {
      const known = offered.get(payTo.toLowerCase());
      const payer = payload.payload.authorization.from;
      if (!known)
        return { isValid: false, invalidReason: "invalid_payment_requirements", invalidMessage: unknownVault, payer };
      const verdict = await check(payload, known.order, chainNow());
      if (!("code" in verdict)) return { isValid: true, payer };
      return {
        isValid: false,
        invalidReason: verdict.code,
        invalidMessage: `${verdict.field}: ${verdict.message}`,
        payer,
      };
    },
    async settle(payload, { payTo }) {
      const known = offered.get(payTo.toLowerCase());
      const failed = { success: false, transaction: "", network, payer: payload.payload.authorization.from };
      if (!known) return { ...failed, errorReason: "invalid_payment_requirements", errorMessage: unknownVault };
      const result = await purchase(known.order, payload, known.orderCheck);
      switch (result.outcome) {
        case "funded":
          return result.settlement ?? { ...failed, success: true };
        case "pending":
          return result.settlement ?? { ...failed, errorReason: "settlement_pending" };
        case "unpaid": {
          const { code, field, message } = result.fault ?? {
            code: "payment_invalid",
            field: "payload",
            message: "no payment",
          };
          return { ...failed, errorReason: code, errorMessage: `${field}: ${message}` };
        }
      }
    },
    supported: () => facilitator.getSupported(),
    close: async () => funding.stop(),
  };
}
