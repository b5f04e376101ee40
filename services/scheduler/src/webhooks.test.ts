import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openedWebhookSchema, webhookEventSchema } from "@gristmill/shared/api/webhook";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oneFreeMachine } from "../test/oneFreeMachine.ts";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";

interface Heard {
  headers: Record<string, string>;
  body: string;
}

const heard: Heard[] = [];
let status = 200;
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    heard.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(parts).toString() });
    response.writeHead(status).end();
  });
});
let market: Awaited<ReturnType<typeof testMarket>>;
let host: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  market = await testMarket({ WEBHOOK_ALLOW_PRIVATE: host });
  await oneFreeMachine(market);
}, 600_000);
afterAll(async () => {
  receiver.close();
  await market?.stop();
});

test("a buyer's server hears of its job, signed, and again until it took it, also over a restart of the scheduler", async () => {
  const buyer = account(4);
  const token = await market.signIn(buyer);
  const send = (method: string, path: string, body?: object) =>
    fetch(`${market.url()}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const refused = await send("POST", "/v1/webhooks", { url: "http://127.0.0.1:1/" });
  expect(refused.status).toBe(422);
  const opened = openedWebhookSchema.parse(
    await (await send("POST", "/v1/webhooks", { url: `http://${host}/hook` })).json(),
  );
  expect(JSON.stringify((await market.database.query("SELECT * FROM webhooks")).rows)).not.toContain(opened.secret);

  status = 503;
  const quote = await market.quote(buyer);
  await market.payVault(buyer, quote);
  const order = { terms: quote.terms, workload: quote.workload, requirements: quote.requirements };
  expect((await market.call("/v1/jobs", order)).status).toBe(201);
  await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(0);
  await expect
    .poll(async () => ((await (await send("GET", "/v1/webhooks")).json()) as object[])[0], { timeout: 30_000 })
    .toMatchObject({ lastError: "answered 503", givenUp: 0 });
  await market.restart();
  status = 200;
  const waiting = async () => (await market.database.query("SELECT * FROM webhook_deliveries")).rowCount;
  const types = () => heard.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  const isAllTold = async () => types().includes("lease.assigned") && (await waiting()) === 0;
  await expect.poll(isAllTold, { timeout: 60_000 }).toBe(true);

  const events = heard.map(({ body }) => webhookEventSchema.parse(JSON.parse(body)));
  expect(new Set(events.map(({ jobId }) => jobId))).toEqual(new Set([quote.jobId]));
  expect(types()).toContain("job.funded");
  // Told again under the same id until it was taken.
  const ids = new Set(events.map(({ id }) => id));
  expect(ids.size).toBe(new Set(heard.map(({ body }) => body)).size);
  expect(events.length).toBeGreaterThan(ids.size);
  const key = Buffer.from(opened.secret.slice("whsec_".length), "base64");
  for (const { headers, body } of heard) {
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
    expect(headers["webhook-signature"]).toBe(expected);
    expect(headers["webhook-id"]).toBe(JSON.parse(body).id);
  }
  expect((await send("DELETE", `/v1/webhooks/${opened.id}`)).status).toBe(200);
  expect(await (await send("GET", "/v1/webhooks")).json()).toEqual([]);
}, 240_000);
