import { createHash, randomUUID } from "node:crypto";
import { signInMessage } from "@gristmill/shared/api/signInMessage";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { DEV_MNEMONIC } from "@gristmill/tools/services/chain";
import type { RouteOptions } from "fastify";
import { getAddress, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { NOW, orderFixture } from "../../domain/quote/quoteFixture.ts";
import { createArtifactGrants } from "../artifact/createArtifactGrants.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createSessionStore } from "../session/sessionStore.ts";
import { createSessions } from "./access/sessions.ts";
import { createIdempotencyStore } from "./idempotency/createIdempotencyStore.ts";
import { memoryApp } from "./testing/memoryApp.ts";
import { type RequestState, requestRows } from "./testing/requestRows.ts";

const account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 11 });
const order = orderFixture();
const { buyer } = order.terms;
const stranger = getAddress(`0x${"e".repeat(40)}`);
const node = getAddress(`0x${"c".repeat(40)}`);
const leaseId = toHex(1, { size: 32 });
const input = createHash("sha256").update("input").digest("hex");

let server: TestDatabase;
let database: Database;
let running: Awaited<ReturnType<typeof memoryApp>>;
let theirs: Record<string, string>;
let own: Record<string, string>;
const routes: RouteOptions[] = [];

beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
  const sessions = createSessions(createSessionStore(database), () => NOW * 1000);
  running = await memoryApp({
    sessions,
    grants: createArtifactGrants(database.pool),
    idempotency: createIdempotencyStore(database.pool),
    onRoute: (route) => routes.push(route),
    limits: { requestsPerMinute: 1_000_000, costlyRequestsPerMinute: 1_000_000 },
  });
  running.memory.leases.set(leaseId, {
    jobId: toHex(0, { size: 32 }) as never,
    node,
    isOpen: true,
    isNodeRevoked: false,
  });
  state.jobId = running.memory.openJob(order).jobId;
  const bearer = async (address: typeof buyer) => {
    return { authorization: `Bearer ${(await sessions.open({ address, jobs: [] })).token}` };
  };
  [theirs, own] = await Promise.all([bearer(stranger), bearer(buyer)]);
  await running.app.inject({
    method: "POST",
    url: "/v1/artifacts",
    payload: Buffer.from("input"),
    headers: { ...own, ...bytes },
  });
  const url = "https://a.example/";
  const opened = await running.app.inject({ method: "POST", url: "/v1/webhooks", payload: { url }, headers: own });
  state.webhookId = opened.json().id;
}, 120_000);
afterAll(async () => {
  await running?.app.close();
  await database?.close();
  await server?.drop();
});

const bytes = { "content-type": "application/octet-stream" };
const state: RequestState = {
  jobId: "",
  buyer,
  order,
  input,
  webhookId: "",
  signIn: { message: "x", signature: "0x12" },
};
const table = requestRows(state);
async function newSignIn(): Promise<void> {
  const { nonce, now } = (await running.app.inject({ method: "POST", url: "/v1/sessions/nonce" })).json();
  const message = signInMessage({ address: account.address, origin: "http://127.0.0.1:3", chainId: 31337, nonce, now });
  state.signIn = { message, signature: await account.signMessage({ message }), use: "bearer" };
}

type Method = "GET" | "POST" | "DELETE";
const methodOf = (route: string) => route.split(" ")[0] as Method;
const send = (route: string, url: string, payload?: unknown, headers: Record<string, string> = own) =>
  running.app.inject({
    method: methodOf(route),
    url,
    headers: { ...(typeof payload === "string" && { "content-type": "application/json" }), ...headers },
    ...(payload !== undefined && { payload: payload as string | object }),
  });

type Answer = Awaited<ReturnType<typeof send>>;
/** Refused as the client's fault, in words, naming nothing of the inside. */
function expectRefusal(answer: Answer, statuses: readonly number[], about: string): void {
  expect(statuses, `${about}: ${answer.body.slice(0, 300)}`).toContain(answer.statusCode);
  const problem = problemSchema.parse(answer.json());
  expect(problem.status, about).toBe(answer.statusCode);
  expect(answer.body, about).not.toMatch(/node_modules|\.ts:|at Object|SELECT |password/);
}

const rows = Object.entries(table);
const schemaOf = (route: string) =>
  routes.find(({ method, url }) => `${String(method)} ${url}` === route)?.schema as Record<string, unknown> | undefined;
const withBody = rows.filter(([, { body }]) => body !== undefined);

/** Every field of a body by its path. */
function fieldsOf(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...fieldsOf(inner, [...path, key])]);
}
function changed(body: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const { [key]: old, ...others } = body as Record<string, unknown>;
  const inner = changed(old, rest, value);
  return inner === undefined ? others : { ...others, [key]: inner };
}
const at = (body: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], body);

/** Objects whose keys are the client's own, and x402's, which others may extend. */
const isOpen = (route: string, path: readonly string[]) =>
  ["/verify", "/settle"].some((url) => route.endsWith(url)) || path.at(-1) === "env";

describe("bad input", () => {
  it("is answered by every route there is: each has a row", () => {
    const there = routes
      .map(({ method, url }) => `${String(method)} ${url}`)
      .filter((route) => !route.startsWith("HEAD "));
    expect(there.filter((route) => table[route] === undefined)).toEqual([]);
    expect(rows.map(([route]) => route).filter((route) => !there.includes(route))).toEqual([]);
    for (const [route, { replayed, body }] of rows) {
      expect(methodOf(route) === "GET" || replayed !== undefined, `${route} says what a repeated request does`).toBe(
        true,
      );
      expect(schemaOf(route)?.body === undefined || body !== undefined, `${route} has a body that is in order`).toBe(
        true,
      );
    }
  });

  it.each(withBody)(
    "%s: no JSON, broken JSON, another type, too much, a field nobody knows",
    async (route, { url, body }) => {
      const good = body?.();
      expectRefusal(await send(route, url(), "{"), [400, 422], "broken JSON");
      expectRefusal(await send(route, url(), "[]"), [422], "an array");
      expectRefusal(await send(route, url(), '"text"'), [422], "a text");
      const plain = { ...own, "content-type": "text/plain" };
      expectRefusal(await send(route, url(), JSON.stringify(good), plain), [415, 422], "another content type");
      const oversize = JSON.stringify({ ...(good as object), filler: "x".repeat(1024 * 1024) });
      expectRefusal(await send(route, url(), oversize), [413], "oversize");
      if (isOpen(route, [])) return;
      const unknown = await send(route, url(), { ...(good as object), nobodyKnows: 1 });
      expectRefusal(unknown, [422], "unknown field");
      expect(unknown.json().errors.map(({ field }: { field: string }) => field)).toContain("nobodyKnows");
      const polluted = `{"__proto__":{"isAdmin":true},${JSON.stringify(good).slice(1)}`.replace(",}", "}");
      expectRefusal(await send(route, url(), polluted), [400, 422], "__proto__");
    },
  );

  it.each(withBody)("%s: each field absent, null and of another type", async (route, { url, body, optional = [] }) => {
    for (const path of fieldsOf(body?.())) {
      const good = body?.();
      const name = path.join(".");
      const value = at(good, path);
      if (isOpen(route, path) && (path.includes("extra") || path.at(-1) === "env")) continue;
      for (const wrong of [
        null,
        typeof value === "object" ? 7 : {},
        typeof value === "object" ? "text" : ["x"],
        true,
      ]) {
        expectRefusal(
          await send(route, url(), changed(good, path, wrong)),
          [422],
          `${name} = ${JSON.stringify(wrong)}`,
        );
      }
      if (typeof value === "string") {
        for (const wrong of ["", "\0", "x".repeat(100_000), "-1", "1e3", "NaN", "' OR 1=1 --", "{{7*7}}"]) {
          const answer = await send(route, url(), changed(good, path, wrong));
          // Some texts are free: whatever comes of it, it is no fault of the inside.
          expect(answer.statusCode, `${name} = ${wrong.slice(0, 20)}: ${answer.body.slice(0, 200)}`).toBeLessThan(500);
        }
      }
      if (typeof value === "number") {
        for (const wrong of [-1, 0.5, 1e308, Number.MAX_SAFE_INTEGER + 1, String(value)]) {
          expectRefusal(await send(route, url(), changed(good, path, wrong)), [422], `${name} = ${wrong}`);
        }
      }
      if (typeof value === "object" && value !== null && !Array.isArray(value) && !isOpen(route, path)) {
        const inside = changed(good, [...path, "nobodyKnows"], 1);
        expectRefusal(await send(route, url(), inside), [422], `${name}.nobodyKnows`);
      }
      if (!optional.includes(name)) {
        expectRefusal(await send(route, url(), changed(good, path, undefined)), [422], `without ${name}`);
      }
    }
  });

  it.each(rows.filter(([route]) => route.includes("/v1/")))(
    "%s: a query field nobody knows, and one twice",
    async (route, { url, body }) => {
      const payload = route.startsWith("GET") ? undefined : (body?.() ?? undefined);
      const unknown = await send(route, `${url()}?nobodyKnows=1`, payload);
      expectRefusal(unknown, [422], "unknown");
      expect(unknown.json().errors.map(({ field }: { field: string }) => field)).toContain("nobodyKnows");
      const { shape = {} } = (schemaOf(route)?.querystring ?? {}) as { shape?: Record<string, unknown> };
      const many = [
        "gpuClass",
        "measuredBy",
        "region",
        "allowJurisdictions",
        "denyJurisdictions",
        "availability",
        "executor",
        "provider",
      ];
      for (const field of Object.keys(shape)) {
        for (const value of ["", "\0", "x".repeat(5_000), "-1", "../../etc/passwd", "[object Object]"]) {
          const answer = await send(route, `${url()}?${field}=${encodeURIComponent(value)}`, payload);
          expect(answer.statusCode, `${field}=${value.slice(0, 20)}: ${answer.body.slice(0, 200)}`).toBeLessThan(500);
        }
        if (many.includes(field)) continue;
        expectRefusal(await send(route, `${url()}?${field}=1&${field}=1`, payload), [422], `${field} twice`);
      }
    },
  );

  it.each(rows.filter(([route]) => route.includes(":")))("%s: ids that are none", async (route, { body }) => {
    const [, path = ""] = route.split(" ");
    for (const id of [
      "nobody",
      "%00",
      "..%2f..%2fetc%2fpasswd",
      "-1",
      "0x",
      "1e3",
      "[]",
      "9".repeat(100),
      "'%20OR%201=1",
      "%F0%9F%92%A9",
    ]) {
      const answer = await send(route, path.replace(/:\w+/, id), route.startsWith("GET") ? undefined : body?.());
      expectRefusal(answer, [400, 404, 422], id);
    }
  });

  it.each(rows)(
    "%s: without a session, with a made-up one, and by somebody else",
    async (route, { url, body, foreign }) => {
      const access = routes.find(({ method, url }) => `${String(method)} ${url}` === route)?.config?.access;
      const made = { authorization: `Bearer ${"A".repeat(43)}` };
      const payload = route.startsWith("GET") ? undefined : body?.();
      expectRefusal(await send(route, url(), payload, made), [401], "a made-up token");
      expectRefusal(await send(route, url(), payload, { authorization: "Basic YTpi" }), [401], "another scheme");
      if (access === "job" || access === "session" || foreign !== undefined) {
        expectRefusal(await send(route, url(), payload, {}), [401], "nobody");
      }
      expect(access !== "job" || foreign !== undefined, "a job's route says what a stranger is answered").toBe(true);
      if (foreign !== undefined) expectRefusal(await send(route, url(), payload, theirs), [foreign], "a stranger");
    },
  );

  it.each(rows.filter(([, { replayed }]) => replayed))("%s: sent twice", async (route, { url, body, replayed }) => {
    const { jobs } = running.memory;
    if (route === "POST /v1/sessions") await newSignIn();
    const session =
      route === "DELETE /v1/session" ? await running.sessions.open({ address: stranger, jobs: [] }) : undefined;
    const headers = session ? { authorization: `Bearer ${session.token}` } : own;
    const first = await send(route, url(), body?.(), route === "POST /v1/artifacts" ? { ...own, ...bytes } : headers);
    const before = jobs.size;
    const again = await send(route, url(), body?.(), route === "POST /v1/artifacts" ? { ...own, ...bytes } : headers);
    expect(first.statusCode, first.body).toBeLessThan(300);
    expect([again.statusCode, jobs.size], again.body).toEqual([replayed?.status, before]);
  });

  it("leaves nothing behind: the market answers as before", async () => {
    expect((await running.app.inject("/v1/assets")).json().total).toBe(1);
    expect((await running.app.inject("/openapi.json")).json().openapi).toBe("3.1.0");
    const key = { ...own, "idempotency-key": randomUUID() };
    expect((await send("POST /v1/quotes", "/v1/quotes", table["POST /v1/quotes"]?.body?.(), key)).statusCode).toBe(200);
  });
});
