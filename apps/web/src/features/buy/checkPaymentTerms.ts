import type { Quote } from "@gristmill/shared/api/quote";
import type { Market } from "@gristmill/shared/chain/market";

/** Longest time a payment signature may stay usable, seconds; the page announces it before the wallet opens. */
export const maxPaymentTimeoutSeconds = 3600;

/** One way to pay out of a 402 answer (x402 v2 `PaymentRequirements`). */
export interface PaymentTerms {
  scheme: string;
  network: string;
  asset: string;
  amount: string;
  payTo: string;
  maxTimeoutSeconds: number;
  extra?: Record<string, unknown> | undefined;
}

/**
 * Compares what the 402 asks for with the checked quote.
 * @param aheadSeconds how far the chain's clock is ahead of the wall clock, which stock x402 clients count from
 * @returns every mismatch in words
 */
export function checkPaymentTerms(
  payment: PaymentTerms,
  quote: Quote,
  market: Pick<Market, "network" | "paymentToken">,
  aheadSeconds = 0,
): string[] {
  const { paymentToken } = market;
  const checks: [boolean, string][] = [
    [payment.scheme === "exact", "the payment is not for an exact amount"],
    [payment.network === market.network, "the payment is on another network"],
    [payment.asset.toLowerCase() === paymentToken.address.toLowerCase(), "the payment is in another token"],
    [payment.amount === quote.terms.cap.toString(), "the payment asks for another amount than the price shown"],
    [
      payment.payTo.toLowerCase() === quote.vault.toLowerCase(),
      "the payment goes to another address than the job's vault",
    ],
    [
      payment.maxTimeoutSeconds <= maxPaymentTimeoutSeconds + aheadSeconds,
      "the payment would stay usable for more than an hour",
    ],
    [
      payment.extra?.name === paymentToken.name && payment.extra?.version === paymentToken.version,
      "the payment names another token contract version",
    ],
    [
      payment.extra?.assetTransferMethod === undefined || payment.extra.assetTransferMethod === "eip3009",
      "the payment asks for a standing allowance",
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, words]) => words);
}
