import { z } from "zod";
import { addressSchema, hexSchema, jobIdSchema } from "../ids/ids.ts";

/** `POST /v1/sessions/nonce`: what a Sign-In with Ethereum message must name. */
export const signInNonceSchema = z.object({
  /** Good for one sign-in, until `expiresAt`. */
  nonce: z.string(),
  chainId: z.number().int(),
  /** Hosts a message may be for: the dApp's, and this scheduler's own for programs. */
  domains: z.array(z.string()),
  /** The scheduler's time, unix seconds: what `Issued At` should say, whatever the client's clock does. */
  now: z.number().int(),
  expiresAt: z.number().int(),
});

/** `POST /v1/sessions`: an EIP-4361 message and its signature. */
export const signInSchema = z.strictObject({
  message: z.string().max(4_096),
  /** By the account's key, or whatever its contract accepts (EIP-1271). */
  signature: hexSchema.refine((text) => text.length <= 16_386, { error: "must be at most 8 KiB" }),
  /** Browsers get an HttpOnly cookie that no script can read, programs a bearer token. */
  use: z.enum(["bearer", "cookie"]).default("bearer"),
});

/** Who is asking: a wallet that signed in, or a client that paid for these jobs. */
export const sessionSchema = z.object({
  address: addressSchema.nullable(),
  /** Jobs that this client paid for. */
  jobs: z.array(jobIdSchema),
  /** Unix seconds. */
  expiresAt: z.number().int(),
});
export type SessionView = z.infer<typeof sessionSchema>;

/** A session's secret: `Authorization: Bearer <token>`. */
export const accessSchema = z.object({ token: z.string(), expiresAt: z.number().int() });

export const openedSessionSchema = sessionSchema.extend({
  /** Null when the session is in a cookie. */
  token: z.string().nullable(),
});
