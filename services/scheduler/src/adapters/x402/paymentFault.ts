import type { ErrorCode } from "@gristmill/shared/errors/errorCodes";
import type { PaymentRequirements } from "@x402/core/types";
import { type Hex, parseErc6492Signature } from "viem";
import type { ExactPayload } from "./paymentPayload.ts";

/** Why a payment was not taken: the field and what it must be. Nothing was charged. */
export interface PaymentFault {
  code: Extract<ErrorCode, "payment_invalid" | "payment_expired" | "wrong_chain">;
  field: string;
  message: string;
}

/** Where the payment's accepted requirements differ from the ones this order is sold under; undefined: nowhere. */
export function acceptedFault(
  accepted: ExactPayload["accepted"],
  required: PaymentRequirements,
): PaymentFault | undefined {
  if (accepted.network !== required.network) {
    const message = `the payment is for ${accepted.network}, this market is on ${required.network}`;
    return { code: "wrong_chain", field: "accepted.network", message };
  }
  for (const field of ["scheme", "asset", "amount", "payTo"] as const) {
    if (accepted[field].toLowerCase() === required[field].toLowerCase()) continue;
    const message = `the payment is for ${field} ${accepted[field]}, this order needs ${required[field]}`;
    return { code: "payment_invalid", field: `accepted.${field}`, message };
  }
  return undefined;
}

/** Where the signed authorization differs from what it must pay. The SDK checks this too, but names no field. */
export function authorizationFault(
  payload: ExactPayload["payload"]["authorization"],
  required: PaymentRequirements,
  now: number,
): PaymentFault | undefined {
  const invalid = (field: string, message: string): PaymentFault => {
    return { code: "payment_invalid", field: `payload.authorization.${field}`, message };
  };
  if (payload.to.toLowerCase() !== required.payTo.toLowerCase()) {
    return invalid("to", `the authorization pays ${payload.to}, the vault of these terms is ${required.payTo}`);
  }
  if (BigInt(payload.value) !== BigInt(required.amount)) {
    return invalid("value", `the authorization is for ${payload.value}, this order costs ${required.amount}`);
  }
  if (BigInt(payload.validBefore) <= BigInt(now + SETTLE_MARGIN_SECONDS)) {
    const message = `the authorization ended at ${payload.validBefore}, the chain's clock is at ${now}: sign a new one`;
    return { code: "payment_expired", field: "payload.authorization.validBefore", message };
  }
  if (BigInt(payload.validAfter) >= BigInt(now)) {
    return invalid("validAfter", `the authorization begins at ${payload.validAfter}, the chain's clock is at ${now}`);
  }
  return undefined;
}

/** An authorization that ends sooner would expire on its way to the chain (the SDK's own margin). */
const SETTLE_MARGIN_SECONDS = 6;

/** Faults by the reasons the SDK gives; the spec names some of them without the scheme in front. */
const reasons: Record<string, PaymentFault> = {
  invalid_exact_evm_signature: {
    code: "payment_invalid",
    field: "payload.signature",
    message:
      "the signature is not of authorization.from over this payment (another key, token or chain, or changed since)",
  },
  invalid_exact_evm_network_mismatch: {
    code: "wrong_chain",
    field: "accepted.network",
    message: "the payment is for another network",
  },
  invalid_exact_evm_payload_authorization_valid_before: {
    code: "payment_expired",
    field: "payload.authorization.validBefore",
    message: "the authorization has ended or is about to: sign a new one",
  },
};

/** What a refusal of the SDK means for the buyer. */
export function refusalFault(reason: string | undefined): PaymentFault {
  const known = reason === undefined ? undefined : (reasons[reason] ?? reasons[`invalid_exact_evm_${reason}`]);
  return (
    known ?? { code: "payment_invalid", field: "payload", message: `the payment was refused: ${reason ?? "unknown"}` }
  );
}

/** The SDK throws on a signature that only looks wrapped for a wallet that is not deployed yet (ERC-6492). */
export function signatureFault(signature: Hex): PaymentFault | undefined {
  try {
    parseErc6492Signature(signature);
    return undefined;
  } catch {
    return refusalFault("invalid_exact_evm_signature");
  }
}
