import { type Address, hashTypedData } from "viem";
import { z } from "zod";
import { addressSchema, bytes32Schema, type JobId } from "../ids/ids.ts";
import { amountSchema } from "../units/amount.ts";

const MAX_UINT64 = 2n ** 64n - 1n;

const deadlineSchema = z.number().int().min(0).max(281_474_976_710_655);

/** `struct Terms` of the contracts. Amounts in atomic units, deadlines in unix seconds of the chain's clock. */
export const termsSchema = z.strictObject({
  buyer: addressSchema,
  refundTo: addressSchema,
  salt: bytes32Schema,
  token: addressSchema,
  cap: amountSchema,
  pricePerSecondCap: amountSchema,
  workload: bytes32Schema,
  requirements: z.strictObject({
    gpuClass: bytes32Schema,
    gpuCount: z.number().int().min(0).max(65_535),
    minMemoryBytes: amountSchema.refine((bytes) => bytes <= MAX_UINT64, `must be at most ${MAX_UINT64}`),
    region: z
      .string()
      .regex(/^0x[0-9a-fA-F]{4}$/, "must be two bytes in hex")
      .transform((text) => text.toLowerCase() as `0x${string}`),
    /** 0 self-measured, 1 a quorum of staked attesters, 2 TEE. */
    minAttestationLevel: z.number().int().min(0).max(255).default(0),
    /** Seconds; 0: any age. */
    maxAttestationAge: z.number().int().min(0).max(4_294_967_295).default(0),
    minStake: amountSchema.default(0n),
    minReputation: amountSchema.default(0n),
  }),
  scheduler: addressSchema,
  notary: addressSchema,
  maxLeases: z.number().int().min(1).max(65_535),
  feeBps: z.number().int().min(0).max(10_000),
  feeRecipient: addressSchema,
  leaseEnd: deadlineSchema,
  captureDeadline: deadlineSchema,
  claimDeadline: deadlineSchema,
  reclaimAt: deadlineSchema,
});
export type Terms = z.infer<typeof termsSchema>;

export const termsTypes = {
  Terms: [
    { name: "buyer", type: "address" },
    { name: "refundTo", type: "address" },
    { name: "salt", type: "bytes32" },
    { name: "token", type: "address" },
    { name: "cap", type: "uint128" },
    { name: "pricePerSecondCap", type: "uint128" },
    { name: "workload", type: "bytes32" },
    { name: "requirements", type: "Requirements" },
    { name: "scheduler", type: "address" },
    { name: "notary", type: "address" },
    { name: "maxLeases", type: "uint16" },
    { name: "feeBps", type: "uint16" },
    { name: "feeRecipient", type: "address" },
    { name: "leaseEnd", type: "uint64" },
    { name: "captureDeadline", type: "uint64" },
    { name: "claimDeadline", type: "uint64" },
    { name: "reclaimAt", type: "uint64" },
  ],
  Requirements: [
    { name: "gpuClass", type: "bytes32" },
    { name: "gpuCount", type: "uint16" },
    { name: "minMemoryBytes", type: "uint64" },
    { name: "region", type: "bytes2" },
    { name: "minAttestationLevel", type: "uint8" },
    { name: "maxAttestationAge", type: "uint32" },
    { name: "minStake", type: "uint128" },
    { name: "minReputation", type: "uint64" },
  ],
} as const;

/** The terms as viem encodes them for the contracts (uint64 as bigint). */
export function termsForChain(terms: Terms) {
  return {
    ...terms,
    leaseEnd: BigInt(terms.leaseEnd),
    captureDeadline: BigInt(terms.captureDeadline),
    claimDeadline: BigInt(terms.claimDeadline),
    reclaimAt: BigInt(terms.reclaimAt),
  };
}

/** EIP-712 hash of the terms under the escrow's domain; equals `JobEscrow.jobIdOf(terms)`. */
export function jobIdOf(terms: Terms, escrow: Address, chainId: number): JobId {
  return hashTypedData({
    domain: { name: "Gristmill Escrow", version: "1", chainId, verifyingContract: escrow },
    types: termsTypes,
    primaryType: "Terms",
    message: termsForChain(terms),
  }) as JobId;
}
