import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { quoteSchema } from "@gristmill/shared/api/quote";
import { jobViewSchema } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { errorCodes } from "@gristmill/shared/errors/errorCodes";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { cidOf } from "@gristmill/shared/ids/cid";
import type { Sha256 } from "@gristmill/shared/ids/ids";
import { toWire } from "@gristmill/shared/units/toWire";
import { pino } from "pino";
import { getAddress, zeroHash } from "viem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderFixture } from "../../domain/quote/quoteFixture.ts";
import { toProblem } from "./problem/toProblem.ts";
import { memoryApp } from "./testing/memoryApp.ts";

let app: Awaited<ReturnType<typeof memoryApp>>["app"];
let memory: Awaited<ReturnType<typeof memoryApp>>["memory"];
let folder: string;
let bearer: Awaited<ReturnType<typeof memoryApp>>["bearer"];

beforeEach(async () => {
  ({ app, memory, folder, bearer } = await memoryApp());
});
afterEach(() => app.close());

const image = `job@sha256:${"0".repeat(64)}`;
const buyer = getAddress(`0x${"9".repeat(40)}`);
const request = { buyer, workload: { image, maxSeconds: 100 } };
const post = (url: string, payload: object) => app.inject({ method: "POST", url, payload });

describe("reading the market", () => {
  it("gives an outside client everything it needs to join", async () => {
    const answer = await app.inject("/v1/market");
    expect(answer.json()).toMatchObject({ chainId: 31337, contracts: memory.market.contracts, feeBps: 250 });
    expect((await app.inject("/v1/templates")).json()).toEqual([]);
  });

  it("sends amounts as decimal strings: a big one is not rounded", async () => {
    const [asset] = memory.assets;
    if (asset) memory.assets = [{ ...asset, memoryBytes: 2n ** 80n }];
    expect((await app.inject("/v1/assets")).json().items[0]).toMatchObject({ memoryBytes: (2n ** 80n).toString() });
    expect((await app.inject("/v1/assets/1")).json()).toMatchObject({ listing: { pricePerSecond: "100" } });
  });

  it("answers what is not there with a problem, not a page", async () => {
    const unknownJob = `/v1/jobs/${zeroHash}`;
    for (const url of [
      "/v1/assets/7",
      unknownJob,
      `${unknownJob}/events`,
      `/v1/artifacts/${"a".repeat(64)}`,
      "/nothing",
    ]) {
      const answer = await app.inject({ url, headers: await bearer(buyer) });
      expect(answer.statusCode, url).toBe(404);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
      expect(problemSchema.parse(answer.json())).toMatchObject({ code: "not_found", retryable: false });
    }
  });

  it("answers an address that no router takes with a problem too", async () => {
    for (const url of ["/v1/jobs/%zz", `/v1/jobs/${"a".repeat(200)}`]) {
      const answer = await app.inject(url);
      expect(answer.headers["content-type"], url).toContain("application/problem+json");
      expect(problemSchema.parse(answer.json()), url).toMatchObject({ code: "invalid_request", retryable: false });
    }
  });

  it("shows a provider that owns nothing as empty", async () => {
    expect((await app.inject(`/v1/providers/${buyer}`)).json()).toMatchObject({ assets: [], earnings: { total: "0" } });
  });
});

describe("asking for a quote", () => {
  it("answers with terms that can be ordered as they are", async () => {
    const answer = await post("/v1/quotes", request);
    expect(answer.statusCode).toBe(200);
    const { terms, workload, requirements, price } = answer.json();
    expect(price.total).toBe("10250");
    expect(quoteSchema.parse(answer.json()).jobId).toMatch(/^0x/);
    expect((await post("/v1/jobs", { terms, workload, requirements })).statusCode).toBe(201);
  });

  it.each<[string, object, string, string]>([
    [
      "an image without digest",
      { ...request, workload: { image: "job:latest", maxSeconds: 1 } },
      "image_without_digest",
      "workload.image",
    ],
    ["a field nobody knows", { ...request, budgett: "1" }, "invalid_request", "budgett"],
    [
      "an unknown field inside",
      { ...request, workload: { ...request.workload, gpu: 1 } },
      "invalid_request",
      "workload.gpu",
    ],
    ["no buyer", { workload: request.workload }, "invalid_request", "buyer"],
    ["an amount with a point", { ...request, budget: "1.5" }, "invalid_request", "budget"],
    [
      "a loader variable",
      { ...request, workload: { ...request.workload, env: { LD_PRELOAD: "x" } } },
      "invalid_request",
      "workload.env.LD_PRELOAD",
    ],
    ["a budget below one second", { ...request, budget: "1" }, "budget_below_one_tick", "budget"],
    [
      "a requirement nobody meets",
      { ...request, requirements: { minVramMiB: 40_960 } },
      "no_asset_fits",
      "requirements.minVramMiB",
    ],
  ])("names the field and says that nothing was charged: %s", async (_name, body, code, field) => {
    const answer = await post("/v1/quotes", body);
    expect(answer.statusCode).toBe(422);
    const problem = problemSchema.parse(answer.json());
    expect(problem).toMatchObject({ code, money: "Nothing was charged." });
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });

  it("refuses what is no JSON and what is too large", async () => {
    const headers = { "content-type": "application/json" };
    const broken = await app.inject({ method: "POST", url: "/v1/quotes", headers, payload: "{" });
    expect([broken.statusCode, broken.json().code]).toEqual([400, "invalid_request"]);
    const large = await post("/v1/quotes", { ...request, padding: "x".repeat(1024 * 1024) });
    expect([large.statusCode, large.json().code]).toEqual([413, "artifact_too_large"]);
  });
});

describe("ordering", () => {
  it("refuses an order whose input is not stored, before any payment is asked for", async () => {
    const inputs = [{ path: "a.csv", sha256: "a".repeat(64), bytes: 1 }];
    const quote = (await post("/v1/quotes", { ...request, workload: { ...request.workload, inputs } })).json();
    const answer = await post("/v1/jobs", {
      terms: quote.terms,
      workload: quote.workload,
      requirements: quote.requirements,
    });
    expect(answer.json()).toMatchObject({ code: "input_missing", errors: [{ field: "workload.inputs.0.sha256" }] });
    expect(memory.jobs.size).toBe(0);
  });

  it("refuses an order that no asset fits any more", async () => {
    const order = toWire(orderFixture());
    memory.assets = memory.assets.map((asset) => ({ ...asset, availability: "leased" as const }));
    expect((await post("/v1/jobs", order)).json()).toMatchObject({
      code: "no_asset_fits",
      errors: [{ field: "availability" }],
    });
  });

  it.each([
    ["PAYMENT-SIGNATURE", "%%%", "PAYMENT-SIGNATURE"],
    ["PAYMENT-SIGNATURE", Buffer.from('{"x402Version":1}').toString("base64"), "PAYMENT-SIGNATURE.x402Version"],
    ["X-PAYMENT", "e30=", "X-PAYMENT"],
  ])("names what is wrong with an unreadable payment: %s %s", async (header, value, field) => {
    const payload = toWire(orderFixture());
    const answer = await app.inject({ method: "POST", url: "/v1/jobs", headers: { [header]: value }, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "payment_unreadable", money: "This request charged nothing." });
    expect(answer.json().detail).toContain(header);
    expect(answer.json().errors[0].field).toBe(field);
  });

  it("does not ask a buyer to pay again whose job is paid already and whose header is garbage", async () => {
    const payload = toWire(orderFixture());
    expect((await post("/v1/jobs", payload)).statusCode).toBe(201);
    const headers = { "PAYMENT-SIGNATURE": "!!" };
    const answer = await app.inject({ method: "POST", url: "/v1/jobs", headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["payment-required"]).toBeUndefined();
    expect(answer.json().money).toBe("This request charged nothing.");
  });
});

describe("a job", () => {
  it("is read, listed for its buyer, countersigned and settled", async () => {
    const { jobId } = memory.openJob(orderFixture());
    const headers = await bearer(buyer);
    expect(jobViewSchema.parse((await app.inject({ url: `/v1/jobs/${jobId}`, headers })).json()).jobId).toBe(jobId);
    expect((await app.inject({ url: "/v1/jobs", headers })).json()).toMatchObject({
      items: [{ jobId, image }],
      next: null,
    });
    const acceptance = { spent: "0", signature: "0x12" };
    expect((await post(`/v1/jobs/${jobId}/acceptance`, acceptance)).statusCode).toBe(200);
    expect((await post(`/v1/jobs/${jobId}/settle`, {})).statusCode).toBe(200);
    expect([memory.accepted, memory.settled]).toEqual([[{ jobId, spent: 0n }], [jobId]]);
  });

  it("tells the buyer what to sign when the countersignature is for another amount", async () => {
    const { jobId } = memory.openJob(orderFixture());
    const answer = await post(`/v1/jobs/${jobId}/acceptance`, { spent: "7", signature: "0x12" });
    expect([answer.statusCode, answer.json().detail]).toEqual([422, "sign for 0, not for 7"]);
  });

  it("replays its log, follows it live, resumes where a lost connection ended, and frees what a closed one held", async () => {
    const { jobId } = memory.openJob(orderFixture());
    const line = (id: number) => ({
      id,
      leaseId: zeroHash as never,
      seq: id,
      stream: "stdout" as const,
      text: `line ${id}`,
      atMs: 0,
    });
    memory.logs.set(jobId, [line(1), line(2)]);
    const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/v1/jobs/${jobId}/events`;

    const headers = await bearer(null, [jobId]);
    const first = await openEvents(url, headers);
    expect(await first.until("line 2")).toMatch(
      /^event: job\ndata: \{.*\}\n\nid: 2\nevent: log\ndata: \[\{.*line 1.*line 2/s,
    );
    memory.logs.get(jobId)?.push(line(3));
    memory.changes.emit(jobId);
    expect(await first.until("line 3")).toContain("id: 3\nevent: log");
    first.close();

    const resumed = await openEvents(url, { ...headers, "last-event-id": "2" });
    const text = await resumed.until("line 3");
    expect(text).not.toContain("line 2");
    const removed = once(memory.changes, "removeListener");
    resumed.close();
    while (memory.changes.listenerCount(jobId) > 0)
      await Promise.race([removed, new Promise((done) => setTimeout(done, 10))]);
  });
});

describe("artifacts", () => {
  it("does not call an operator to the log because somebody closed a tab during an upload", async () => {
    const lines: string[] = [];
    const watched = await memoryApp({ logger: pino({ level: "info" }, { write: (line) => lines.push(line) }) });
    try {
      await watched.app.listen({ host: "127.0.0.1", port: 0 });
      const socket = connect((watched.app.server.address() as AddressInfo).port, "127.0.0.1");
      socket.write("POST /v1/artifacts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
      await expect.poll(() => readdirSync(join(watched.folder, "incoming")).length).toBe(1);
      socket.destroy();
      await expect.poll(() => readdirSync(join(watched.folder, "incoming")).length).toBe(0);
      // An answer that comes after it: what had to be logged, is.
      await watched.app.inject("/v1/market");
      expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
    } finally {
      await watched.app.close();
    }
  });

  const content = Buffer.from("a,b\n1,2\n");
  const sha256 = createHash("sha256").update(content).digest("hex");
  const upload = async (payload: Buffer) => {
    const headers = { "content-type": "application/json", ...(await bearer(buyer)) };
    return app.inject({ method: "POST", url: "/v1/artifacts", headers, payload });
  };

  it("come back byte for byte under their hash, as a download that no browser interprets", async () => {
    expect((await upload(content)).json()).toEqual({ sha256, bytes: 8, cid: cidOf(sha256 as Sha256) });
    const answer = await app.inject({ url: `/v1/artifacts/${sha256}?filename=data.csv`, headers: await bearer(buyer) });
    expect(answer.rawPayload).toEqual(content);
    expect(answer.headers).toMatchObject({
      "content-length": "8",
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="data.csv"',
      "x-content-type-options": "nosniff",
    });
  });

  it("come in parts: a download that broke off goes on where it ended", async () => {
    await upload(content);
    const get = async (headers: Record<string, string>, name: string = sha256) =>
      app.inject({ url: `/v1/artifacts/${name}`, headers: { ...(await bearer(buyer)), ...headers } });
    const whole = await get({}, cidOf(sha256 as Sha256));
    expect([whole.statusCode, whole.headers["accept-ranges"], whole.rawPayload]).toEqual([200, "bytes", content]);
    const etag = String(whole.headers.etag);
    const rest = await get({ range: "bytes=3-", "if-range": etag });
    expect([rest.statusCode, rest.headers["content-range"], rest.headers["content-length"]]).toEqual([
      206,
      "bytes 3-7/8",
      "5",
    ]);
    expect(Buffer.concat([content.subarray(0, 3), rest.rawPayload])).toEqual(content);
    // What is there already is of something else: all of it comes anew.
    expect((await get({ range: "bytes=3-", "if-range": '"other"' })).statusCode).toBe(200);
    expect((await get({ range: "bytes=3-", "if-range": "Thu, 01 Jan 2026 00:00:00 GMT" })).statusCode).toBe(200);
    const beyond = await get({ range: "bytes=8-" });
    expect([beyond.statusCode, beyond.headers["content-range"], beyond.json().code]).toEqual([
      416,
      "bytes */8",
      "range_not_there",
    ]);
    const known = await get({ "if-none-match": `"x", W/${etag}` });
    expect([known.statusCode, known.body]).toEqual([304, ""]);
    // A part is no way around whose it is.
    const stranger = await app.inject({
      url: `/v1/artifacts/${sha256}`,
      headers: { range: "bytes=0-1", "if-none-match": etag },
    });
    expect(stranger.statusCode).toBe(401);
  });

  it("are cut off at the limit and leave nothing behind", async () => {
    const answer = await upload(Buffer.alloc(1024 * 1024 + 1));
    expect([answer.statusCode, answer.json().code]).toEqual([413, "artifact_too_large"]);
    expect(readdirSync(join(folder, "incoming"))).toEqual([]);
  });

  it("have no names but hashes: no path leads out of the store", async () => {
    for (const name of ["..%2f..%2fetc%2fpasswd", "A".repeat(64), sha256.slice(1)]) {
      expect((await app.inject(`/v1/artifacts/${name}`)).statusCode).toBe(422);
    }
    expect((await app.inject(`/v1/artifacts/${sha256}?filename=..%2fx`)).statusCode).toBe(422);
    expect((await app.inject(`/v1/artifacts/${sha256}?filename=a%22b`)).statusCode).toBe(422);
  });
});

describe("the surface", () => {
  it("lets only the dApp's origin read answers, and shows it the payment headers", async () => {
    const from = (origin: string) => app.inject({ url: "/v1/market", headers: { origin } });
    const own = await from("http://127.0.0.1:3");
    expect(own.headers["access-control-allow-origin"]).toBe("http://127.0.0.1:3");
    expect(own.headers["access-control-expose-headers"]).toContain("PAYMENT-REQUIRED");
    expect((await from("http://evil.example")).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("slows one address down without failing the others' requests with a wrong code", async () => {
    await app.close();
    ({ app, memory, folder } = await memoryApp({ limits: { requestsPerMinute: 2 } }));
    const codes = [];
    for (let turn = 0; turn < 3; turn++) codes.push((await app.inject("/v1/market")).statusCode);
    expect(codes).toEqual([200, 200, 429]);
    expect(problemSchema.parse((await app.inject("/v1/market")).json()).code).toBe("too_many_requests");
    expect((await app.inject("/healthz")).statusCode).toBe(200);
  });

  it("is not ready while something it needs is away", async () => {
    expect((await app.inject("/readyz")).statusCode).toBe(200);
    await app.close();
    ({ app, memory, folder } = await memoryApp({ readiness: async () => ({ database: true, chain: false }) }));
    const answer = await app.inject("/readyz");
    expect([answer.statusCode, answer.json().parts.chain]).toEqual([503, false]);
  });

  it("keeps what went wrong inside to itself", async () => {
    memory.reads.jobsOf = async () => {
      throw new Error("password=hunter2");
    };
    const answer = await app.inject({ url: "/v1/jobs", headers: await bearer(buyer) });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("hunter2");
  });

  it("has a status and a title for every error code", () => {
    for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[]) {
      const problem = toProblem(new BaseError(code, "why"), "1");
      expect(problem.status).toBeGreaterThanOrEqual(400);
      expect(problem.title).not.toBe("");
    }
  });

  it("takes facilitator requests only in x402's own shape", async () => {
    expect((await post("/verify", {})).json().code).toBe("invalid_request");
    expect((await post("/settle", {})).statusCode).toBe(422);
    expect((await app.inject("/supported")).json()).toEqual({ kinds: [], extensions: [], signers: {} });
  });

  it("describes itself completely: a stranger's client can buy from the document", async () => {
    const document = (await app.inject("/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).sort()).toEqual([
      "/healthz",
      "/readyz",
      "/settle",
      "/supported",
      "/v1/artifacts",
      "/v1/artifacts/{sha256}",
      "/v1/assets",
      "/v1/assets/{assetId}",
      "/v1/jobs",
      "/v1/jobs/{jobId}",
      "/v1/jobs/{jobId}/acceptance",
      "/v1/jobs/{jobId}/events",
      "/v1/jobs/{jobId}/logs",
      "/v1/jobs/{jobId}/public",
      "/v1/jobs/{jobId}/receipts",
      "/v1/jobs/{jobId}/settle",
      "/v1/market",
      "/v1/providers/{provider}",
      "/v1/providers/{provider}/leases",
      "/v1/quotes",
      "/v1/session",
      "/v1/sessions",
      "/v1/sessions/nonce",
      "/v1/templates",
      "/v1/webhooks",
      "/v1/webhooks/{webhookId}",
      "/verify",
    ]);
    const { schemas } = document.components;
    expect(schemas.Terms.properties.cap).toMatchObject({ type: "string", pattern: expect.any(String) });
    expect(schemas.Terms.properties.buyer).toMatchObject({ type: "string" });
    expect(schemas.Quote.properties.terms).toEqual({ $ref: "#/components/schemas/Terms" });
    const order = document.paths["/v1/jobs"].post;
    expect(order.responses["402"].headers).toHaveProperty("PAYMENT-REQUIRED");
    expect(order.requestBody.content["application/json"].schema).toEqual({ $ref: "#/components/schemas/OrderInput" });
    expect(undescribed(schemas)).toEqual([]);
  });
});

/** Paths of properties that the document says nothing about. */
function undescribed(value: unknown, path: string[] = []): string[] {
  if (value === null || typeof value !== "object") return [];
  if (path.at(-2) === "properties" && Object.keys(value).length === 0) return [path.join(".")];
  return Object.entries(value).flatMap(([key, child]) => undescribed(child, [...path, key]));
}

async function openEvents(url: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const answer = await fetch(url, { headers, signal: controller.signal });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async until(wanted: string): Promise<string> {
      let text = "";
      while (!text.includes(wanted)) text += (await reader?.read())?.value ?? "";
      return text;
    },
    close: () => controller.abort(),
  };
}
