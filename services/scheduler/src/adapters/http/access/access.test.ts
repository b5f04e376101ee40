import { createHash } from "node:crypto";
import { type JobId, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { type Address, getAddress, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { orderFixture } from "../../../domain/quote/quoteFixture.ts";
import { memoryApp } from "../testing/memoryApp.ts";

const wallet = (digit: string): Address => getAddress(`0x${digit.repeat(40)}`);
const buyer = orderFixture().terms.buyer as Address;
const node = wallet("c");
const openLease = toHex(1, { size: 32 });
const closedLease = toHex(2, { size: 32 });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let running: Awaited<ReturnType<typeof memoryApp>>;
let jobId: JobId;
let otherJob: JobId;
const headersOf = {} as Record<Role, Record<string, string>>;

const roles = ["anonymous", "stranger", "provider", "node", "payer", "buyer"] as const;
type Role = (typeof roles)[number];

beforeAll(async () => {
  const offered = { path: "s.csv", sha256: sha256("sample"), bytes: 6 };
  const about = { id: "t", title: "t", description: "t", image: "x", command: [], env: {} };
  const size = { cpuMilli: 1, memoryMiB: 1, maxOutputMiB: 1, maxSeconds: 1 };
  running = await memoryApp({ templates: [{ ...about, ...size, sampleInputs: [offered] }] } as never);
  const { memory, bearer, app, grants } = running;
  for (const text of ["input", "output", "sample"]) {
    await app.inject({
      method: "POST",
      url: "/v1/artifacts",
      payload: text,
      headers: { "content-type": "text/plain" },
    });
  }
  const order = orderFixture();
  jobId = memory.openJob(order).jobId as JobId;
  const job = memory.jobs.get(jobId);
  const input = { path: "a", sha256: sha256("input"), bytes: 5 };
  if (job) memory.jobs.set(jobId, { ...job, workload: { ...job.workload, inputs: [input as never] } });
  const theirs = { ...order, terms: { ...order.terms, buyer: wallet("e"), salt: toHex(7, { size: 32 }) } };
  otherJob = memory.openJob(theirs).jobId as JobId;
  const lease = { jobId, node, isOpen: true, isNodeRevoked: false };
  memory.leases.set(openLease, lease);
  memory.leases.set(closedLease, { ...lease, isOpen: false });
  await grants.noteUpload(sha256("output"), { job: jobId }, 0);
  Object.assign(headersOf, {
    anonymous: {},
    stranger: await bearer(wallet("e"), [otherJob]),
    provider: await bearer(wallet("d")),
    node: await bearer(node),
    payer: await bearer(null, [jobId]),
    buyer: await bearer(buyer),
  });
});
afterAll(() => running.app.close());

/** What each role gets, in the order of `roles`. Public routes say what they are public for. */
const everybody = (status: number) => [status, status, status, status, status, status];
const own = (status: number) => [401, 403, 403, 403, status, status];
const signedIn = (status: number) => [401, status, status, status, status, status];
const ofOwnJob = {
  url: "https://a.example",
  get jobId() {
    return jobId;
  },
};
const table: [
  method: "GET" | "POST" | "DELETE",
  route: string,
  codes: number[],
  url?: (() => string) | undefined,
  body?: object,
][] = [
  ["GET", "/healthz", everybody(200)],
  ["GET", "/readyz", everybody(200)],
  ["GET", "/openapi.json", everybody(200)],
  ["GET", "/supported", everybody(200)],
  ["POST", "/verify", everybody(422), undefined, {}],
  ["POST", "/settle", everybody(422), undefined, {}],
  ["GET", "/v1/market", everybody(200)],
  ["GET", "/v1/templates", everybody(200)],
  ["GET", "/v1/assets", everybody(200)],
  ["GET", "/v1/assets/:assetId", everybody(200), () => "/v1/assets/1"],
  ["GET", "/v1/providers/:provider", everybody(200), () => `/v1/providers/${wallet("d")}`],
  ["GET", "/v1/providers/:provider/leases", everybody(200), () => `/v1/providers/${wallet("d")}/leases`],
  ["POST", "/v1/quotes", everybody(422), undefined, {}],
  ["POST", "/v1/jobs", everybody(422), undefined, {}],
  ["POST", "/v1/sessions/nonce", everybody(200)],
  ["POST", "/v1/sessions", everybody(401), undefined, { message: "x", signature: "0x" }],
  ["GET", "/v1/session", everybody(200)],
  ["GET", "/v1/jobs", signedIn(200)],
  ["GET", "/v1/webhooks", signedIn(200)],
  ["POST", "/v1/webhooks", [401, 403, 403, 403, 201, 201], undefined, ofOwnJob],
  [
    "DELETE",
    "/v1/webhooks/:webhookId",
    signedIn(404),
    () => `/v1/webhooks/${"0".repeat(8)}-0000-4000-8000-${"0".repeat(12)}`,
  ],
  ["GET", "/v1/jobs/:jobId", own(200), () => `/v1/jobs/${jobId}`],
  ["GET", "/v1/jobs/:jobId/public", everybody(200), () => `/v1/jobs/${jobId}/public`],
  ["GET", "/v1/jobs/:jobId/receipts", everybody(200), () => `/v1/jobs/${jobId}/receipts`],
  ["GET", "/v1/jobs/:jobId/logs", own(200), () => `/v1/jobs/${jobId}/logs`],
  // A buyer's own signature over the amount, and the contract's clock, decide these two; they answer with what is public.
  ["POST", "/v1/jobs/:jobId/acceptance", everybody(422), () => `/v1/jobs/${jobId}/acceptance`, { spent: "9" }],
  ["POST", "/v1/jobs/:jobId/settle", everybody(200), () => `/v1/jobs/${jobId}/settle`, {}],
  ["POST", "/v1/artifacts", everybody(201)],
  ["POST", "/v1/artifacts", [401, 403, 403, 201, 403, 403], () => `/v1/artifacts?lease=${openLease}`],
  ["POST", "/v1/artifacts", [401, 403, 403, 403, 403, 403], () => `/v1/artifacts?lease=${closedLease}`],
  ["GET", "/v1/artifacts/:sha256", everybody(200), () => `/v1/artifacts/${sha256("sample")}`],
  ["GET", "/v1/artifacts/:sha256", [401, 404, 404, 404, 200, 200], () => `/v1/artifacts/${sha256("input")}`],
  ["GET", "/v1/artifacts/:sha256", [401, 404, 404, 404, 200, 200], () => `/v1/artifacts/${sha256("output")}`],
  [
    "GET",
    "/v1/artifacts/:sha256",
    [401, 403, 403, 200, 403, 403],
    () => `/v1/artifacts/${sha256("input")}?lease=${openLease}`,
  ],
  [
    "GET",
    "/v1/artifacts/:sha256",
    [401, 403, 403, 403, 403, 403],
    () => `/v1/artifacts/${sha256("input")}?lease=${closedLease}`,
  ],
  [
    "GET",
    "/v1/artifacts/:sha256",
    [401, 403, 403, 404, 403, 403],
    () => `/v1/artifacts/${sha256("output")}?lease=${openLease}`,
  ],
];

describe("a buyer's data is read by nobody else", () => {
  const cells = table.flatMap(([method, route, codes, url, body]) =>
    roles.map((role, at) => ({ method, route, role, code: codes[at] as number, url: url ?? (() => route), body })),
  );
  it.each(cells)("$method $route as $role: $code", async ({ method, role, code, url, body }) => {
    const answer = await running.app.inject({
      method,
      url: url(),
      headers: headersOf[role],
      ...(method === "POST" && { payload: body ?? {} }),
    });
    expect(answer.statusCode, answer.body).toBe(code);
  });

  it("each event stream asks the same", async () => {
    const url = `${await running.app.listen({ host: "127.0.0.1", port: 0 })}/v1/jobs/${jobId}/events`;
    const codes = [];
    for (const role of roles) {
      const controller = new AbortController();
      const answer = await fetch(url, { headers: headersOf[role], signal: controller.signal });
      codes.push(answer.status);
      controller.abort();
    }
    expect(codes).toEqual(own(200));
  });

  it("lists only the caller's own jobs", async () => {
    const lists = new Map<Role, string[]>();
    for (const role of ["stranger", "provider", "node", "payer", "buyer"] as const) {
      const answer = await running.app.inject({ url: "/v1/jobs", headers: headersOf[role] });
      lists.set(
        role,
        answer.json().items.map((job: { jobId: string }) => job.jobId),
      );
    }
    expect(Object.fromEntries(lists)).toEqual({
      stranger: [otherJob],
      provider: [],
      node: [],
      payer: [jobId],
      buyer: [jobId],
    });
  });

  it("tells the public of a job nothing but what the chain tells", async () => {
    const { memory, app } = running;
    const job = memory.jobs.get(jobId);
    if (!job) throw new Error("no job");
    const secret = "canary-7f3a";
    memory.jobs.set(jobId, {
      ...job,
      detail: secret,
      workload: { ...job.workload, image: secret, command: [secret], env: { KEY: secret } },
      timeline: [{ status: "funded", at: 1, detail: secret, txHash: null }],
      output: {
        commitment: toHex(3, { size: 32 }),
        manifest: { version: 1, exitCode: 0, files: [{ path: secret, sha256: sha256("x") as never, bytes: 1 }] },
      },
    });
    try {
      expect((await app.inject({ url: `/v1/jobs/${jobId}`, headers: headersOf.buyer })).body).toContain(secret);
      expect((await app.inject(`/v1/jobs/${jobId}/public`)).body).not.toContain(secret);
      const settled = await app.inject({ method: "POST", url: `/v1/jobs/${jobId}/settle`, payload: {} });
      expect(settled.body).not.toContain(secret);
    } finally {
      memory.jobs.set(jobId, job);
    }
  });

  it("covers every route there is", async () => {
    const { paths } = (await running.app.inject("/openapi.json")).json() as { paths: Record<string, object> };
    const there = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    const tested = new Set<string>([
      ...table.map(([method, route]) => `${method} ${route}`),
      "GET /v1/jobs/:jobId/events",
      "DELETE /v1/session",
    ]);
    expect(there.filter((route) => !tested.has(route))).toEqual([]);
  });

  it("does not start with a route that says not who may use it", async () => {
    const { guard } = await import("./guard.ts");
    const { default: Fastify } = await import("fastify");
    const bare = Fastify();
    guard(bare as never, { market: { schedulerUrl: "http://x" } } as never);
    expect(() => bare.get("/v1/secrets", () => "all")).toThrow("does not say who may use it");
  });

  it("an order cannot take another job's output as its input", async () => {
    const order = orderFixture();
    const outputOnly = sha256("only an output");
    await running.app.inject({
      method: "POST",
      url: `/v1/artifacts?lease=${leaseIdSchema.parse(openLease)}`,
      headers: { ...headersOf.node, "content-type": "text/plain" },
      payload: "only an output",
    });
    const workload = { image: order.workload.image, maxSeconds: 100 };
    const inputs = [{ path: "a", sha256: outputOnly, bytes: 14 }];
    const request = { buyer: wallet("e"), workload: { ...workload, inputs } };
    const quote = (await running.app.inject({ method: "POST", url: "/v1/quotes", payload: request })).json();
    const payload = { terms: quote.terms, workload: quote.workload, requirements: quote.requirements };
    const answer = await running.app.inject({ method: "POST", url: "/v1/jobs", payload });
    expect(answer.json()).toMatchObject({ code: "input_missing" });
  });
});
