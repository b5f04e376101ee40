import { SIGN_IN_STATEMENT, signInMessage } from "@gristmill/shared/api/signInMessage";
import { DEV_MNEMONIC } from "@gristmill/tools/services/chain";
import { mnemonicToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderFixture } from "../../../domain/quote/quoteFixture.ts";
import { memoryApp } from "../testing/memoryApp.ts";

const account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 11 });
const web = "http://127.0.0.1:3";
const evil = "http://evil.example";
let running: Awaited<ReturnType<typeof memoryApp>>;
beforeEach(async () => {
  running = await memoryApp();
});
afterEach(() => running.app.close());

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  running.app.inject({ method: "POST", url, payload, headers });
const nonceOf = async () => (await post("/v1/sessions/nonce", {})).json() as { nonce: string; now: number };

async function messageFor(changes: Partial<Parameters<typeof signInMessage>[0]> = {}): Promise<string> {
  const { nonce, now } = await nonceOf();
  return signInMessage({ address: account.address, origin: web, chainId: 31337, nonce, now, ...changes });
}

async function signIn(message: string, headers: Record<string, string> = {}, more: object = {}) {
  const signature = await account.signMessage({ message });
  return post("/v1/sessions", { message, signature, ...more }, headers);
}

describe("signing in with a wallet", () => {
  it("gives a program a token that shows its own jobs, until it signs out", async () => {
    const answer = await signIn(await messageFor());
    expect(answer.statusCode).toBe(201);
    const { token, address } = answer.json();
    expect(address).toBe(account.address);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    const headers = { authorization: `Bearer ${token}` };
    const me = await running.app.inject({ url: "/v1/session", headers });
    expect(me.json()).toMatchObject({ address: account.address, jobs: [] });
    expect(await running.app.inject({ method: "DELETE", url: "/v1/session", headers })).toMatchObject({
      statusCode: 200,
    });
    expect((await running.app.inject({ url: "/v1/session", headers })).statusCode).toBe(401);
  });

  it("signs out on every computer at once", async () => {
    const one = (await signIn(await messageFor())).json().token;
    const two = (await signIn(await messageFor())).json().token;
    const headers = { authorization: `Bearer ${one}` };
    await running.app.inject({ method: "DELETE", url: "/v1/session?all=true", headers });
    const other = await running.app.inject({ url: "/v1/session", headers: { authorization: `Bearer ${two}` } });
    expect(other.statusCode).toBe(401);
  });

  it("keeps no token where a copy of the database shows it", async () => {
    const { token } = (await signIn(await messageFor())).json();
    expect(JSON.stringify([...running.store.rows])).not.toContain(token);
  });

  it("is used once: a copied message and signature open nothing", async () => {
    const message = await messageFor();
    expect((await signIn(message)).statusCode).toBe(201);
    const again = await signIn(message);
    expect([again.statusCode, again.json().code]).toEqual([401, "sign_in_refused"]);
    expect(again.json().detail).toContain("nonce");
  });

  it("burns the nonce with a wrong signature: it cannot be tried again and again", async () => {
    const message = await messageFor();
    const wrong = await mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 12 }).signMessage({ message });
    const refused = await post("/v1/sessions", { message, signature: wrong });
    expect([refused.statusCode, refused.json().detail]).toEqual([401, `the signature is not ${account.address}'s`]);
    expect((await signIn(message)).json().detail).toContain("nonce");
  });

  it("refuses a nonce that is over, or that was never given out", async () => {
    expect((await signIn(await messageFor({ nonce: "a".repeat(32) }))).json().detail).toContain("nonce");
    await running.store.keepNonce("b".repeat(32), running.sessions.now(), 0);
    expect((await signIn(await messageFor({ nonce: "b".repeat(32) }))).json().detail).toContain("nonce");
  });

  it("refuses a message that a phishing page obtained, wherever it is sent from", async () => {
    expect((await signIn(await messageFor({ origin: evil }))).json().detail).toContain("evil.example");
    const relayed = await signIn(await messageFor(), { origin: evil });
    expect([relayed.statusCode, relayed.json().detail]).toEqual([
      401,
      `the message is for 127.0.0.1:3, and ${evil} sends it`,
    ]);
  });

  it("refuses a message for another chain", async () => {
    expect((await signIn(await messageFor({ chainId: 1 }))).json().detail).toContain("chain 1");
  });

  it("refuses a message whose URI is another host's, one with words of its own, and one that expired", async () => {
    const message = await messageFor();
    expect((await signIn(message.replace(`URI: ${web}`, `URI: ${evil}`))).json().detail).toContain("URI");
    expect((await signIn(`Hello!\n${await messageFor()}`)).json().detail).toContain("EIP-4361");
    const past = `${await messageFor()}\nExpiration Time: 2001-01-01T00:00:00.000Z`;
    expect((await signIn(past)).json().detail).toContain("expired");
  });

  it("says in the wallet what it is for and that it costs nothing", async () => {
    expect(await messageFor()).toContain(SIGN_IN_STATEMENT);
  });
});

describe("a browser's session", () => {
  const cookieOf = async () => {
    const answer = await signIn(await messageFor(), { origin: web }, { use: "cookie" });
    expect(answer.json().token).toBeNull();
    return String(answer.headers["set-cookie"]);
  };

  it("is a cookie that no script reads and no other site sends", async () => {
    const cookie = await cookieOf();
    expect(cookie).toMatch(/^gristmill_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(";")[0] as string };
    expect((await running.app.inject({ url: "/v1/session", headers })).json().address).toBe(account.address);
  });

  it("is Secure and bound to its host where the scheduler has https", async () => {
    await running.app.close();
    const { market } = running.memory;
    running = await memoryApp({ market: { ...market, schedulerUrl: "https://api.example" } });
    expect(await cookieOf()).toMatch(/^__Host-gristmill_session=.*; Secure$/);
  });

  it("changes nothing for a page of another origin", async () => {
    const cookie = (await cookieOf()).split(";")[0] as string;
    for (const origin of [evil, "null", "http://127.0.0.1:3.evil.example", "http://127.0.0.1:4"]) {
      const headers = { cookie, origin };
      expect((await running.app.inject({ method: "DELETE", url: "/v1/session", headers })).statusCode, origin).toBe(
        401,
      );
      const read = await running.app.inject({ url: "/v1/session", headers });
      expect(read.json(), origin).toBeNull();
      expect(read.headers["access-control-allow-origin"], origin).toBeUndefined();
    }
    // A form post names no origin that may, either.
    expect((await running.app.inject({ method: "DELETE", url: "/v1/session", headers: { cookie } })).statusCode).toBe(
      401,
    );
    const own = { cookie, origin: web };
    const read = await running.app.inject({ url: "/v1/session", headers: own });
    expect(read.headers).toMatchObject({
      "access-control-allow-origin": web,
      "access-control-allow-credentials": "true",
    });
    expect((await running.app.inject({ method: "DELETE", url: "/v1/session", headers: own })).statusCode).toBe(200);
  });

  it("watches what it paid for without any signature", async () => {
    await running.app.close();
    running = await memoryApp();
    const { payments } = running;
    payments.purchase = async (order) => {
      running.memory.openJob(order);
      return { outcome: "funded", settlement: undefined, isPayer: true };
    };
    const order = orderFixture();
    const { toWire } = await import("@gristmill/shared/units/toWire");
    const paid = await post("/v1/jobs", toWire(order) as object, { origin: web });
    expect(paid.json().access).toBeNull();
    const cookie = String(paid.headers["set-cookie"]).split(";")[0] as string;
    const url = `/v1/jobs/${paid.json().jobId}`;
    expect((await running.app.inject({ url, headers: { cookie, origin: web } })).statusCode).toBe(200);
    expect((await running.app.inject({ url, headers: { origin: web } })).statusCode).toBe(401);
    const list = await running.app.inject({ url: "/v1/jobs", headers: { cookie, origin: web } });
    expect(list.json().items).toHaveLength(1);
  });
});
