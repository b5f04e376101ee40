import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address } from "viem";

/** Who sends a request. */
export type Principal =
  | { kind: "anyone" }
  | {
      kind: "session";
      /** Names the session without opening it. */
      tokenHash: string;
      /** The wallet that signed in; null: a client that only paid. */
      address: Address | null;
      jobs: readonly JobId[];
      /** Unix seconds. */
      expiresAt: number;
      via: "cookie" | "bearer";
    };

/** Who may use a route. Every route says it; one that does not stops the start. */
export type Access =
  /** Everybody: it tells only what is public, or the request proves itself by a signature or a payment of its own. */
  | "anyone"
  /** Whoever is signed in or paid for something: the answer is made of what is theirs. */
  | "session"
  /** The buyer of `:jobId`, or the client that paid for it. */
  | "job";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    principal: Principal;
  }
}
