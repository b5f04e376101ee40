import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { HttpLimits } from "./httpDeps.ts";
import { memoryApp } from "./testing/memoryApp.ts";

let running: Awaited<ReturnType<typeof memoryApp>>;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await running.app.close();
});

async function listening(limits: Partial<HttpLimits>) {
  running = await memoryApp({ limits });
  const url = await running.app.listen({ host: "127.0.0.1", port: 0 });
  return { url, port: Number(new URL(url).port) };
}

/** A client that sends the first bytes and then one byte now and then, for ever. @returns what it was answered at the end */
async function slowClient(port: number, first: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  let heard = "";
  socket.on("data", (data) => {
    heard += String(data);
  });
  socket.on("error", () => undefined);
  // Not `once(socket, "close")`, which fails with an error: a write into a closed connection is what is wanted here.
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(first);
  const drip = setInterval(() => socket.writable && socket.write("x"), 50);
  await closed;
  clearInterval(drip);
  return heard;
}

test("clients that send their headers for ever are cut off, and everybody else is served meanwhile", async () => {
  const { url, port } = await listening({ headersMs: 1_000 });
  const slow = Array.from({ length: 50 }, () => slowClient(port, "GET /v1/market HTTP/1.1\r\nHost: a\r\nX-Slow: "));
  expect((await fetch(`${url}/v1/market`)).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
  expect((await fetch(`${url}/v1/market`)).status).toBe(200);
});

test("clients that send their body for ever are cut off", async () => {
  const { port } = await listening({ headersMs: 500, requestMs: 1_000 });
  const head = "POST /v1/quotes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n";
  const slow = Array.from({ length: 20 }, () => slowClient(port, head));
  for (const answer of await Promise.all(slow)) expect(answer).not.toContain("200 OK");
});

test("ten times the allowed requests: the allowed ones are served, the rest is refused and told when to return", async () => {
  const { url } = await listening({ requestsPerMinute: 20 });
  const answers = await Promise.all(Array.from({ length: 200 }, () => fetch(`${url}/v1/market`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(180);
  for (const answer of refused) {
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: "too_many_requests", retryable: true });
  }
  // An operator's probe is not refused for what others do.
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("guessing tokens and asking for what is not there count as well", async () => {
  await listening({ requestsPerMinute: 5 });
  const headers = { authorization: `Bearer ${"a".repeat(43)}` };
  const codes: number[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    codes.push((await running.app.inject({ url: "/v1/jobs", headers })).statusCode);
    codes.push((await running.app.inject({ url: "/nothing" })).statusCode);
  }
  expect(codes).toEqual([401, 404, 401, 404, 401, 429, 429, 429]);
});

test("a session has an allowance of its own, wherever it calls from, and another session keeps its own", async () => {
  running = await memoryApp({ limits: { sessionRequestsPerMinute: 3 }, trustedProxies: ["127.0.0.1"] });
  const greedy = await running.bearer(`0x${"a".repeat(40)}`);
  const modest = await running.bearer(`0x${"b".repeat(40)}`);
  const ask = async (headers: Record<string, string>, from: string) =>
    (await running.app.inject({ url: "/v1/jobs", headers: { ...headers, "x-forwarded-for": from } })).statusCode;
  const codes = [];
  for (let call = 0; call < 5; call++) codes.push(await ask(greedy, `9.9.9.${call}`));
  expect(codes).toEqual([200, 200, 200, 429, 429]);
  expect(await ask(modest, "9.9.9.0")).toBe(200);
});

test("an address that a stranger invents in X-Forwarded-For gives nobody a fresh allowance", async () => {
  running = await memoryApp({ limits: { requestsPerMinute: 2 } });
  const codes = [];
  for (let call = 0; call < 3; call++) {
    const headers = { "x-forwarded-for": `9.9.9.${call}` };
    codes.push((await running.app.inject({ url: "/v1/market", headers })).statusCode);
  }
  expect(codes).toEqual([200, 200, 429]);
});

test("a body above the cap is refused before it is read to its end", async () => {
  running = await memoryApp();
  const payload = JSON.stringify({ buyer: "x".repeat(2 * 1024 * 1024) });
  const headers = { "content-type": "application/json" };
  const answer = await running.app.inject({ method: "POST", url: "/v1/quotes", payload, headers });
  expect(answer.statusCode).toBe(413);
});

test("every answer carries the headers that keep browsers from misusing it, errors too", async () => {
  running = await memoryApp();
  for (const url of ["/v1/market", "/nothing", "/v1/jobs"]) {
    const { headers } = await running.app.inject({ url, headers: { origin: "http://evil.example" } });
    expect(headers, url).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
      "referrer-policy": "no-referrer",
    });
    expect(headers["content-security-policy"], url).toContain("default-src 'self'");
    expect(headers["access-control-allow-origin"], url).toBeUndefined();
  }
});
