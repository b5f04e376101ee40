import type { Template } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { FastifyBaseLogger, RouteOptions } from "fastify";
import type { Address, Hex } from "viem";
import type { MarketCommands } from "../../application/marketCommands.ts";
import type { MarketReads } from "../../application/marketReads.ts";
import type { Webhooks } from "../../application/webhooks.ts";
import type { ArtifactGrants } from "../artifact/artifactGrants.ts";
import type { ArtifactStore } from "../artifact/artifactStore.ts";
import type { Payments } from "../x402/payments.ts";
import type { Sessions } from "./access/sessions.ts";
import type { IdempotencyStore } from "./idempotency/idempotencyStore.ts";

export interface HttpDeps {
  /** Also the answer of `GET /v1/market`. */
  market: Market;
  templates: readonly Template[];
  reads: MarketReads;
  commands: MarketCommands;
  artifacts: ArtifactStore;
  grants: ArtifactGrants;
  sessions: Sessions;
  idempotency: IdempotencyStore;
  /** Whether an account signed this text: by its key, or as its contract says (EIP-1271). */
  verifySignIn: (address: Address, message: string, signature: Hex) => Promise<boolean>;
  payments: Payments;
  webhooks: Pick<Webhooks, "register" | "ofOwners" | "remove">;
  vaultOf: (jobId: JobId) => Address;
  /** Unix seconds of the chain's clock. */
  chainNow: () => number;
  /** 32 random bytes. */
  newSalt: () => Hex;
  /** What the service needs, by name, and whether it answers now: `GET /readyz`. */
  readiness: () => Promise<Record<string, boolean>>;
  /** Told of each answered request. */
  onRequest?: (method: string, route: string, status: number, seconds: number) => void;
  /** Reverse proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  /** Origins of browsers that may call, exactly. */
  allowedOrigins: readonly string[];
  /** Absent: nothing is logged. */
  logger?: FastifyBaseLogger;
  limits?: Partial<HttpLimits>;
  /** Told of every route as it is registered. */
  onRoute?: (route: RouteOptions) => void;
}

export interface HttpLimits {
  /** Requests of one address in a minute, all routes together, whoever is signed in. */
  requestsPerMinute: number;
  /** Requests of one session in a minute, from wherever. */
  sessionRequestsPerMinute: number;
  /** Of these, the ones that cost more: quotes, orders, uploads, relayed transactions. */
  costlyRequestsPerMinute: number;
  /** Open event streams of the whole service. */
  eventStreams: number;
  /** Connections of the whole service. */
  connections: number;
  /** For a request's headers, and for all of it. */
  headersMs: number;
  requestMs: number;
  heartbeatMs: number;
  /** How long an order's answer waits for the job to be visible after it is funded. */
  jobVisibleMs: number;
}

export const defaultLimits: HttpLimits = {
  requestsPerMinute: 3_000,
  sessionRequestsPerMinute: 3_000,
  costlyRequestsPerMinute: 600,
  eventStreams: 1_000,
  connections: 50_000,
  headersMs: 10_000,
  requestMs: 120_000,
  heartbeatMs: 15_000,
  jobVisibleMs: 10_000,
};
