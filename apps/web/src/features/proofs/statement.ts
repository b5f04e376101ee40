import type { ReceiptView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { bytes32Schema } from "@gristmill/shared/ids/ids";
import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import type { Address } from "viem";
import { z } from "zod";

const decimal = z.string().regex(/^(0|[1-9]\d{0,77})$/, "must be a decimal number");
const pair = z.tuple([decimal, decimal]);

/** A proof and what it is about, as it is copied and pasted. Coordinates in the order of the Solidity verifier. */
export const statementSchema = z.strictObject({
  circuit: z.string(),
  /** Of an answer: the registered model, whose key it is checked with. */
  modelId: bytes32Schema.optional(),
  publicInputs: z.array(decimal).min(1),
  proof: z.strictObject({ a: pair, b: z.tuple([pair, pair]), c: pair }),
});
export type Statement = z.infer<typeof statementSchema>;

/** What the usage proof of a receipt is about, computed from the receipt here, as the contract computes it there. */
export function receiptStatement(receipt: ReceiptView, payee: Address, market: Market): Statement {
  const { leaseId, sequence, output, head, from, to, proof } = receipt;
  const origin = tickOrigin({ chainId: market.chainId, market: market.contracts.market, leaseId, payee, sequence });
  return statementSchema.parse({
    circuit: "usage",
    publicInputs: [tickContext(origin, output), origin, head, from, to].map(String),
    proof,
  });
}
