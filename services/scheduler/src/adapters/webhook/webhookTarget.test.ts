import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postWebhook } from "./postWebhook.ts";
import { signWebhook, webhookSecrets } from "./signWebhook.ts";
import { type Resolve, webhookTarget } from "./webhookTarget.ts";

const PUBLIC = "8.8.8.8";
const none: ReadonlySet<string> = new Set();
const to =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

/** A service of the operator's own network, which no webhook may reach. */
let hits: string[] = [];
const inside = createServer((request, response) => {
  hits.push(request.url ?? "");
  if (request.url === "/redirect") response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` });
  response.end();
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => void inside.close());

describe("a webhook never reaches into the operator's network", () => {
  it.each([
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0x7f000001/",
    "https://127.0.0.1./",
    "https://①②⑦.⓪.⓪.①/",
    "https://0/",
    "https://10.1.2.3/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://0xa9fea9fe/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[2002:7f00:1::]/",
    "https://[100::1]/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://user:password@example.com/",
    "https://example.com/#fragment",
    "not a url",
    "https://[fe80::1%25eth0]/",
  ])("%s is refused", async (url) => {
    await expect(webhookTarget(url, { resolve: to(PUBLIC), allowed: none })).rejects.toMatchObject({
      code: "invalid_request",
    });
  });

  it.each([
    ["127.0.0.1"],
    ["10.0.0.1"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:10.0.0.1"],
    ["fe80::1%eth0"],
    [PUBLIC, "127.0.0.1"],
    ["127.0.0.1", PUBLIC],
    [],
  ])("a public name that resolves to %s %s is refused", async (...addresses) => {
    const checked = webhookTarget("https://example.com/", { resolve: to(...addresses.filter(Boolean)), allowed: none });
    await expect(checked).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("a name that resolves anew between check and request (rebinding) is not followed", async () => {
    let asked = 0;
    const resolve: Resolve = async () => {
      asked++;
      return [{ address: asked === 1 ? PUBLIC : "127.0.0.1", family: 4 }];
    };
    const target = await webhookTarget("https://localhost/hook", { resolve, allowed: none });
    expect(target.addresses).toEqual([{ address: PUBLIC, family: 4 }]);
    // `localhost` leads to the service inside for whoever looks it up again.
    const url = new URL(`http://localhost:${port}/rebound`);
    await expect(postWebhook({ ...target, url }, "{}", {}, 300)).rejects.toThrow();
    expect([asked, hits]).toEqual([1, []]);
  });

  it("a redirect is an answer and leads nowhere", async () => {
    const allowed = new Set([`127.0.0.1:${port}`]);
    const target = await webhookTarget(`http://127.0.0.1:${port}/redirect`, { resolve: to(), allowed });
    expect(await postWebhook(target, "{}", {}, 5_000)).toBe(302);
    expect(hits).toEqual(["/redirect"]);
    hits = [];
  });

  it("what the operator permits is exactly that host and port", async () => {
    const allowed = new Set(["127.0.0.1:9000"]);
    const options = { resolve: to(), allowed };
    expect((await webhookTarget("http://127.0.0.1:9000/", options)).addresses).toMatchObject([
      { address: "127.0.0.1" },
    ]);
    await expect(webhookTarget("http://127.0.0.1:9001/", options)).rejects.toThrow();
    await expect(webhookTarget("http://127.0.0.2:9000/", options)).rejects.toThrow();
  });

  it("a public host is reached", async () => {
    const target = await webhookTarget("https://example.com/hook", { resolve: to("2606:4700::1111"), allowed: none });
    expect(target.addresses).toEqual([{ address: "2606:4700::1111", family: 6 }]);
  });

  it("a receiver with an address that cannot be reached from here is reached by its other one", async () => {
    const allowed = new Set([`hook.example:${port}`]);
    // The service listens on 127.0.0.1 alone.
    const resolve = to("::1", "127.0.0.1");
    const target = await webhookTarget(`http://hook.example:${port}/dual`, { resolve, allowed });
    expect(await postWebhook(target, "{}", {}, 5_000)).toBe(200);
    expect(hits).toEqual(["/dual"]);
    hits = [];
  });
});

it("signs as Standard Webhooks says: receivers use the library that they have", () => {
  // The vector of the specification's own libraries.
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = signWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}');
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  const secretOf = webhookSecrets(new Uint8Array(32));
  expect(secretOf("a")).not.toBe(secretOf("b"));
});

it("the receiver of the documentation takes what is sent, and nothing that was changed, old or signed by another", async () => {
  const text = readFileSync(join(import.meta.dirname, "../../../../../docs/api.md"), "utf8");
  const [, code = ""] = /```js\n([^`]*isGenuine[\s\S]*?)```/.exec(text) ?? [];
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const secretOf = webhookSecrets(new Uint8Array(32));
  const secret = secretOf("a");
  const headers = signWebhook(secret, "evt_1", 1_000_000, "{}");
  expect(isGenuine(secret, headers, "{}", 1_000_200)).toBe(true);
  expect(isGenuine(secret, headers, "{ }", 1_000_200)).toBe(false);
  expect(isGenuine(secret, headers, "{}", 1_000_301)).toBe(false);
  expect(isGenuine(secretOf("b"), headers, "{}", 1_000_200)).toBe(false);
  expect(isGenuine(secret, { ...headers, "webhook-id": "evt_2" }, "{}", 1_000_200)).toBe(false);
  expect(isGenuine(secret, {}, "{}", 1_000_200)).toBe(false);
});
