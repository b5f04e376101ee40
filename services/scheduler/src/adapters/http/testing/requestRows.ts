import type { Order } from "@gristmill/shared/api/quote";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, toHex } from "viem";

const paymentOf = (buyer: Address) => ({
  x402Version: 2,
  paymentPayload: {
    x402Version: 2,
    accepted: {
      scheme: "exact",
      network: "eip155:31337",
      asset: "0x",
      amount: "1",
      payTo: "0x",
      maxTimeoutSeconds: 1,
      extra: {},
    },
    payload: {
      signature: "0x12",
      authorization: {
        from: buyer,
        to: buyer,
        value: "1",
        validAfter: "0",
        validBefore: "1",
        nonce: toHex(1, { size: 32 }),
      },
    },
  },
  paymentRequirements: {
    scheme: "exact",
    network: "eip155:31337",
    asset: "0x",
    amount: "1",
    payTo: "0x",
    maxTimeoutSeconds: 1,
    extra: {},
  },
});

export interface Row {
  /** A request that is in order: everything else is a change of it. */
  url: () => string;
  body?: () => unknown;
  /** Fields of the body that say nothing wrong when they are absent. */
  optional?: readonly string[];
  /** What the same request gets when it comes a second time, and why that does no harm. Required of everything that is no GET. */
  replayed?: { status: number; because: string };
  /** Somebody else's id in it, and what a stranger is answered. */
  foreign?: 401 | 403 | 404;
}

/** What the rows are about; filled in while a test runs. */
export interface RequestState {
  jobId: string;
  buyer: Address;
  order: Order;
  /** sha256 of content that the buyer stored. */
  input: string;
  /** A webhook of the buyer. */
  webhookId: string;
  signIn: { message: string; signature: string; use?: string };
}

/** One row a route. A new route fails here until it has its own. */
export function requestRows(state: RequestState): Record<string, Row> {
  const { buyer, order, input } = state;
  return {
    "GET /healthz": { url: () => "/healthz" },
    "GET /readyz": { url: () => "/readyz" },
    "GET /openapi.json": { url: () => "/openapi.json" },
    "GET /supported": { url: () => "/supported" },
    "POST /verify": {
      url: () => "/verify",
      body: () => paymentOf(buyer),
      replayed: { status: 200, because: "it asks" },
    },
    "POST /settle": {
      url: () => "/settle",
      body: () => paymentOf(buyer),
      replayed: { status: 200, because: "a payment is taken once" },
    },
    "GET /v1/market": { url: () => "/v1/market" },
    "GET /v1/templates": { url: () => "/v1/templates" },
    "GET /v1/assets": { url: () => "/v1/assets" },
    "GET /v1/assets/:assetId": { url: () => "/v1/assets/1" },
    "GET /v1/providers/:provider": { url: () => `/v1/providers/${buyer}` },
    "GET /v1/providers/:provider/leases": { url: () => `/v1/providers/${buyer}/leases` },
    "POST /v1/quotes": {
      url: () => "/v1/quotes",
      body: () => ({
        buyer,
        workload: { image: order.workload.image, maxSeconds: 100 },
        requirements: { gpuCount: 1, minVramMiB: 1 },
      }),
      optional: ["requirements", "requirements.gpuCount", "requirements.minVramMiB"],
      replayed: { status: 200, because: "it promises nothing" },
    },
    "POST /v1/jobs": {
      url: () => "/v1/jobs",
      body: () => toWire(order),
      optional: [
        ...["command", "env", "inputs", "cpuMilli", "memoryMiB", "maxOutputMiB"].map((field) => `workload.${field}`),
        ...["gpuCount", "minVramMiB"].map((field) => `requirements.${field}`),
        ...["minAttestationLevel", "maxAttestationAge", "minStake", "minReputation"].map(
          (field) => `terms.requirements.${field}`,
        ),
      ],
      replayed: { status: 201, because: "the terms' hash is the job: the same order is the same job" },
    },
    "GET /v1/jobs": { url: () => "/v1/jobs" },
    "GET /v1/jobs/:jobId": { url: () => `/v1/jobs/${state.jobId}`, foreign: 403 },
    "GET /v1/jobs/:jobId/public": { url: () => `/v1/jobs/${state.jobId}/public` },
    "GET /v1/jobs/:jobId/receipts": { url: () => `/v1/jobs/${state.jobId}/receipts` },
    "GET /v1/jobs/:jobId/logs": { url: () => `/v1/jobs/${state.jobId}/logs`, foreign: 403 },
    "GET /v1/jobs/:jobId/events": { url: () => `/v1/jobs/${state.jobId}/events`, foreign: 403 },
    "POST /v1/jobs/:jobId/acceptance": {
      url: () => `/v1/jobs/${state.jobId}/acceptance`,
      body: () => ({ spent: "0", signature: "0x12" }),
      replayed: { status: 200, because: "the contract takes an acceptance once" },
    },
    "POST /v1/jobs/:jobId/settle": {
      url: () => `/v1/jobs/${state.jobId}/settle`,
      body: () => ({}),
      replayed: { status: 200, because: "the contract closes a job once" },
    },
    "GET /v1/webhooks": { url: () => "/v1/webhooks" },
    "POST /v1/webhooks": {
      url: () => "/v1/webhooks",
      body: () => ({ url: "https://a.example/", jobId: state.jobId }),
      optional: ["jobId"],
      replayed: { status: 201, because: "each webhook is told of each event once, and there are twenty at most" },
      foreign: 403,
    },
    "DELETE /v1/webhooks/:webhookId": {
      url: () => `/v1/webhooks/${state.webhookId}`,
      replayed: { status: 404, because: "it is gone" },
      foreign: 404,
    },
    "POST /v1/artifacts": {
      url: () => "/v1/artifacts",
      replayed: { status: 201, because: "the same content is stored once" },
    },
    "GET /v1/artifacts/:sha256": { url: () => `/v1/artifacts/${input}`, foreign: 404 },
    "POST /v1/sessions/nonce": {
      url: () => "/v1/sessions/nonce",
      body: () => ({}),
      replayed: { status: 200, because: "each nonce is another one" },
    },
    "POST /v1/sessions": {
      url: () => "/v1/sessions",
      body: () => state.signIn,
      optional: ["use"],
      replayed: { status: 401, because: "a nonce is good once" },
    },
    "GET /v1/session": { url: () => "/v1/session" },
    "DELETE /v1/session": { url: () => "/v1/session", replayed: { status: 401, because: "the session is over" } },
  };
}
