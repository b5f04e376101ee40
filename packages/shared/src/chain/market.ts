import { z } from "zod";
import { addressSchema } from "../ids/ids.ts";

/** `.mill/market.json` and `GET /v1/market`: everything an outside client needs to join a market. */
export const marketSchema = z.object({
  /** CAIP-2 network, for example `eip155:31337`. */
  network: z.string().regex(/^eip155:\d+$/),
  chainId: z.number().int().positive(),
  rpcUrl: z.url(),
  schedulerUrl: z.url(),
  webUrl: z.url(),
  contracts: z.object({
    token: addressSchema,
    escrow: addressSchema,
    market: addressSchema,
    asset: addressSchema,
    registry: addressSchema,
    verifier: addressSchema,
    /** Registered models; absent where answers cannot be proven. */
    models: addressSchema.optional(),
  }),
  paymentToken: z.object({
    address: addressSchema,
    name: z.string(),
    version: z.string(),
    symbol: z.string(),
    decimals: z.number().int(),
  }),
  scheduler: addressSchema,
  notary: addressSchema,
  feeBps: z.number().int(),
  feeRecipient: addressSchema,
  /** Gap between a job's deadlines, seconds. */
  windowSeconds: z.number().int().positive(),
  /** First block that may hold anything of this market: providers of chain access bound how far back one may search. Absent: 0. */
  startBlock: z.number().int().min(0).optional(),
  /** Only on a development chain: accounts of the well-known mnemonic. */
  developmentAccounts: z
    .array(z.object({ role: z.string(), address: addressSchema, mnemonic: z.string(), path: z.string() }))
    .optional(),
});
export type Market = z.infer<typeof marketSchema>;
