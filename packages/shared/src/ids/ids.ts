import { getAddress, isAddress } from "viem";
import { z } from "zod";

/** 20-byte account address, checksummed on the way in. */
export const addressSchema = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), { error: "must be a 20-byte hex address starting with 0x" })
  .transform((text) => getAddress(text));

/** 32 bytes in lower-case hex with 0x: hashes, salts and the ids below. */
export const bytes32Schema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "must be 32 bytes in hex, 0x and 64 digits")
  .transform((text) => text.toLowerCase() as `0x${string}`);

/** Any hex string of whole bytes, such as a signature. */
export const hexSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "must be hex bytes starting with 0x")
  .transform((text) => text as `0x${string}`);

/** A job's id: the EIP-712 hash of its terms. */
export const jobIdSchema = bytes32Schema.brand<"JobId">();
export type JobId = z.infer<typeof jobIdSchema>;

/** A lease's id: keccak256 of chain, market, job and index. */
export const leaseIdSchema = bytes32Schema.brand<"LeaseId">();
export type LeaseId = z.infer<typeof leaseIdSchema>;

/** sha256 of content, 64 hex digits without a prefix: names inputs, outputs and images. */
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a sha256 in 64 lower-case hex digits")
  .brand<"Sha256">();
export type Sha256 = z.infer<typeof sha256Schema>;

/** ERC-721 token id of an asset, decimal. */
export const assetIdSchema = z.string().regex(/^(0|[1-9]\d{0,77})$/, "must be a decimal number");
