import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { marketEnvironment } from "../test/marketEnvironment.ts";
import { oneFreeMachine } from "../test/oneFreeMachine.ts";
import { startSchedulerProcess } from "../test/schedulerProcess.ts";
import { account, testChain } from "../test/testChain.ts";
import { testDatabase } from "../test/testDatabase.ts";
import { testMarket } from "../test/testMarket.ts";

describe("a scheduler that its operator looks at", () => {
  let market: Awaited<ReturnType<typeof testMarket>>;
  const traces: string[] = [];
  /** An OpenTelemetry collector: what it is sent. */
  const collector = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part) => parts.push(part));
    incoming.on("end", () => {
      traces.push(Buffer.concat(parts).toString());
      response.end("{}");
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as AddressInfo;
    market = await testMarket({ METRICS_PORT: "0", OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    await oneFreeMachine(market);
  }, 600_000);
  afterAll(async () => {
    await market?.stop();
    collector.close();
  });

  it("counts jobs, payments, requests and how far it is behind, on a port of its own", async () => {
    const buyer = account(4);
    const quote = await market.quote(buyer);
    await market.payVault(buyer, quote);
    const order = { terms: quote.terms, workload: quote.workload, requirements: quote.requirements };
    await market.call("/v1/jobs", order);
    await market.jobWhen(quote.jobId, (job) => job.leases.length > 0);
    const url = market.metricsUrl();
    const text = await (await fetch(url)).text();
    for (const line of [
      /^gristmill_jobs\{status="leased"\} 1$/m,
      /^gristmill_chain_lag_seconds \d/m,
      /^gristmill_chain_head_block [1-9]/m,
      /^gristmill_queue_tasks\{state="delayed"\} \d/m,
      /^gristmill_owned_partitions [1-9]/m,
      /^gristmill_payments_total\{outcome="\w+"\} 1$/m,
      /^gristmill_http_request_seconds_count\{method="POST",route="\/v1\/quotes",status="200"\} 1$/m,
      /^gristmill_heartbeats_total [1-9]/m,
      /^gristmill_placement_seconds_count 1$/m,
    ]) {
      expect(text).toMatch(line);
    }
    // Labels are routes, never what somebody asked for.
    expect(text).not.toContain(quote.jobId);
    expect((await market.call("/metrics")).status).toBe(404);
  });

  it("is ready when all that it needs answers, its ownership included", async () => {
    const ready = await market.call("/readyz");
    expect(await ready.json()).toEqual({
      ok: true,
      parts: { ownership: true, database: true, chain: true, queue: true },
    });
  });

  it("traces a request to the transactions and the later tasks that it caused, and names the trace in a problem", async () => {
    const problem = (await (await market.call("/v1/jobs/0x00")).json()) as { traceId?: string };
    expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
    interface Span {
      name: string;
      traceId: string;
    }
    const spans = () =>
      traces.flatMap((text) =>
        (JSON.parse(text).resourceSpans as { scopeSpans: { spans: Span[] }[] }[]).flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((scope) => scope.spans),
        ),
      );
    // What the request did itself, and the task that it left behind for later.
    for (const caused of ["chain sweep", "task sweepVault"]) {
      const isInTrace = () => {
        const found = spans();
        const ids = found.filter(({ name }) => name === caused).map(({ traceId }) => traceId);
        return found.some(({ name, traceId }) => name === "POST /v1/jobs" && ids.includes(traceId));
      };
      await expect.poll(isInTrace, { timeout: 60_000, message: caused }).toBe(true);
    }
  }, 150_000);
});

it("a secret is found in no line of the log and in no answer, also when what it opens is gone", async () => {
  const canary = "canary-4f1d9b7e-canary-4f1d9b7e-canary-4f1d";
  const [chain, database] = await Promise.all([testChain(), testDatabase()]);
  const { environment, remove } = marketEnvironment(chain);
  const running = await startSchedulerProcess({
    ...environment,
    DATABASE_URL: database.url,
    RPC_URL: `${chain.rpcUrl}/?key=${canary}`,
    LOG_LEVEL: "debug",
    SHUTDOWN_MS: "1000",
  });
  try {
    const key = readFileSync(environment.SCHEDULER_KEY_FILE, "utf8").trim();
    const answers: string[] = [];
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(`${running.url}${path}`, init);
      answers.push(await answer.text());
      return answer.status;
    };
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const everyRequest = async () => {
      await ask("/v1/jobs", { headers: { authorization: `Bearer ${canary}` } });
      await ask("/v1/session", { headers: { cookie: `gristmill_session=${canary}` } });
      await ask("/v1/jobs", { ...post, headers: { ...post.headers, "PAYMENT-SIGNATURE": btoa(canary) } });
      await ask("/v1/jobs", { ...post, headers: { ...post.headers, "SIGN-IN-WITH-X": btoa(canary) } });
      const acceptance = JSON.stringify({ spent: "1", signature: `0x${"ab".repeat(65)}` });
      await ask(`/v1/jobs/0x${"0".repeat(64)}/acceptance`, { ...post, body: acceptance });
      await ask("/v1/providers/0x0000000000000000000000000000000000000001");
      await ask("/v1/market");
    };
    await everyRequest();
    await chain.stop();
    await expect.poll(() => ask("/readyz"), { timeout: 60_000 }).toBe(503);
    await everyRequest();
    // Its failed look at the chain is in the log.
    await expect.poll(() => running.output(), { timeout: 60_000 }).toContain("is tried again");
    await running.stop();
    expect(running.output()).toContain("[redacted]");
    for (const text of [...answers, running.output()]) {
      for (const secret of [canary, btoa(canary), key, key.slice(2), "ab".repeat(65)])
        expect(text).not.toContain(secret);
    }
  } finally {
    await running.kill().catch(() => undefined);
    remove();
    await database.drop();
  }
}, 240_000);

it("SIGTERM under load: what was begun is answered, streams and nodes are told to come back, nothing is cut", async () => {
  const [chain, database] = await Promise.all([testChain(), testDatabase()]);
  const { environment, remove } = marketEnvironment(chain);
  const running = await startSchedulerProcess({ ...environment, DATABASE_URL: database.url, SHUTDOWN_MS: "30000" });
  try {
    const node = new WebSocket(`${running.url.replace("http", "ws")}/v1/nodes/connect`);
    await once(node, "open");
    const nodeClosed = once(node, "close") as Promise<[number]>;
    // An upload that is half sent when the signal comes.
    const upload = request(`${running.url}/v1/artifacts`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
    });
    const uploaded = once(upload, "response") as Promise<[{ statusCode: number }]>;
    upload.write("first half, ");
    // Others that come and go.
    const codes: (number | string)[] = [];
    let loading = true;
    const load = Array.from({ length: 8 }, async () => {
      while (loading) {
        const answer = await fetch(`${running.url}/v1/market`).catch(() => undefined);
        if (answer === undefined) return;
        const body = await answer.text().catch(() => "cut");
        codes.push(body === "cut" ? body : answer.status);
      }
    });
    await expect.poll(() => codes.length).toBeGreaterThan(20);
    const ended = running.stop();
    const [code] = await nodeClosed;
    expect(code).toBe(1012);
    upload.end("second half");
    const [{ statusCode }] = await uploaded;
    expect(statusCode).toBe(201);
    expect(await ended).toBe(0);
    loading = false;
    await Promise.all(load);
    // While it stops, a kept connection hears 503; no answer breaks off in the middle.
    expect(new Set(codes.filter((seen) => seen !== 200 && seen !== 503))).toEqual(new Set());
  } finally {
    await running.kill().catch(() => undefined);
    remove();
    await database.drop();
    await chain.stop();
  }
}, 240_000);
