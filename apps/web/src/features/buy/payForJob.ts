import type { Quote } from "@gristmill/shared/api/quote";
import { type PublicJob, publicJobSchema } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { toWire } from "@gristmill/shared/units/toWire";
import { ExactEvmScheme } from "@x402/evm/exact/client";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import type { Address, Hex } from "viem";
import { ApiError } from "../../lib/apiError.ts";
import { isRejection } from "../../lib/describeError.ts";
import { problemOf, type Scheduler } from "../../lib/scheduler.ts";
import { checkPaymentTerms } from "./checkPaymentTerms.ts";
import { checkQuote, type QuoteContext } from "./checkQuote.ts";

/** What the wallet is asked to sign (EIP-712). */
export interface TypedData {
  domain: Record<string, unknown>;
  types: Record<string, unknown>;
  primaryType: string;
  message: Record<string, unknown>;
}

/** The chain's clock is read every few seconds only. */
const clockSlackSeconds = 60;

export type PayStep = "checking" | "wallet" | "paying";

export type PayOutcome =
  | { kind: "ordered"; jobId: Hex }
  /** What would be signed is not what was shown; nothing was signed. */
  | { kind: "mismatch"; reasons: string[] }
  | { kind: "declined" }
  | { kind: "refused"; error: ApiError }
  /** Signed and sent, and no answer came: the payment may have been taken. */
  | { kind: "unknown"; jobId: Hex };

export interface PayOptions extends QuoteContext {
  quote: Quote;
  market: Market;
  scheduler: Scheduler;
  signTypedData: (data: TypedData) => Promise<Hex>;
  onStep: (step: PayStep) => void;
  /** Called after the signature and before it is sent: from here on money may move. */
  onSigned: (jobId: Hex) => void;
}

/**
 * Orders a job and pays for it with one wallet signature (x402 `exact`, EIP-3009). Everything that would be signed is
 * recomputed first; at the first mismatch it stops and nothing is signed.
 */
export async function payForJob(options: PayOptions): Promise<PayOutcome> {
  const { quote, market, scheduler, request, onStep } = options;
  onStep("checking");
  const reasons = await checkQuote(quote, options);
  if (reasons.length > 0) return { kind: "mismatch", reasons };

  const ahead = Math.max(0, options.now - Math.floor(Date.now() / 1000)) + clockSlackSeconds;
  let failure: unknown;
  let signed = false;
  const signer = {
    address: request.buyer as Address,
    signTypedData: async (data: TypedData): Promise<Hex> => {
      try {
        const wrong = mismatchesOfTypedData(data, quote, market);
        if (wrong.length > 0) throw new Mismatch(wrong);
        onStep("wallet");
        const signature = await options.signTypedData(data);
        signed = true;
        options.onSigned(quote.jobId);
        onStep("paying");
        return signature;
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  const client = new x402Client()
    .register(market.network as `${string}:${string}`, new ExactEvmScheme(signer))
    .setSpendControls({
      allowedAssets: [
        {
          network: market.network as `${string}:${string}`,
          asset: market.paymentToken.address,
          maxAmountPerPayment: quote.terms.cap.toString(),
        },
      ],
    })
    .onBeforePaymentCreation(({ selectedRequirements }) => {
      const wrong = checkPaymentTerms(selectedRequirements, quote, market, ahead);
      if (wrong.length === 0) return Promise.resolve(undefined);
      failure = new Mismatch(wrong);
      return Promise.resolve({ abort: true as const, reason: wrong.join("; ") });
    });
  // The stock client adds a response header to its request, which a strict CORS policy would refuse.
  const send: typeof fetch = (input, init) => {
    // The answer to a payment also opens the session that watches the job.
    const plain = new Request(input, { ...init, credentials: "include" });
    plain.headers.delete("Access-Control-Expose-Headers");
    return fetch(plain);
  };

  try {
    const { terms, workload, requirements } = quote;
    const response = await wrapFetchWithPayment(send, client)(`${scheduler.baseUrl}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(toWire({ terms, workload, requirements })),
    });
    if (response.ok) return { kind: "ordered", jobId: quote.jobId };
    const error = await problemOf(response);
    if (error.problem?.code === "payment_pending") return { kind: "unknown", jobId: quote.jobId };
    // Refused for its age is refused for good: a paid job answers before anybody looks at the signature's times.
    if (error.problem?.code === "payment_expired") return { kind: "refused", error };
    return (await existingJob(scheduler, quote.jobId))
      ? { kind: "ordered", jobId: quote.jobId }
      : { kind: "refused", error };
  } catch (error) {
    if (failure instanceof Mismatch) return { kind: "mismatch", reasons: failure.reasons };
    if (!signed && isRejection(failure ?? error)) return { kind: "declined" };
    if (signed) {
      const job = await existingJob(scheduler, quote.jobId);
      return { kind: job ? "ordered" : "unknown", jobId: quote.jobId };
    }
    const cause = failure ?? error;
    const message = cause instanceof Error ? cause.message : "The order could not be sent.";
    return { kind: "refused", error: new ApiError(`${message} Nothing was charged.`, undefined, { cause }) };
  }
}

class Mismatch extends Error {
  readonly reasons: string[];

  constructor(reasons: string[]) {
    super(reasons.join("; "));
    this.name = "Mismatch";
    this.reasons = reasons;
  }
}

/** The last look, at the very bytes the wallet would sign. */
function mismatchesOfTypedData(data: TypedData, quote: Quote, market: Market): string[] {
  const { domain, message } = data;
  const right =
    data.primaryType === "TransferWithAuthorization" &&
    String(domain.verifyingContract).toLowerCase() === market.paymentToken.address.toLowerCase() &&
    Number(domain.chainId) === market.chainId &&
    String(message.to).toLowerCase() === quote.vault.toLowerCase() &&
    BigInt(String(message.value)) === quote.terms.cap;
  return right ? [] : ["the message to sign is not the payment that was shown"];
}

async function existingJob(scheduler: Scheduler, jobId: Hex): Promise<PublicJob | undefined> {
  try {
    return await scheduler.get(`/v1/jobs/${jobId}/public`, publicJobSchema);
  } catch {
    return undefined;
  }
}
