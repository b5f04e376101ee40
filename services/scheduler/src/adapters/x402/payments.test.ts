import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Order, quoteSchema } from "@gristmill/shared/api/quote";
import { jobViewSchema, orderedJobSchema } from "@gristmill/shared/api/views";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { toWire } from "@gristmill/shared/units/toWire";
import {
  decodePaymentRequiredHeader,
  decodePaymentResponseHeader,
  encodePaymentSignatureHeader,
} from "@x402/core/http";
import type { PaymentPayload } from "@x402/core/types";
import { ExactEvmScheme } from "@x402/evm/exact/client";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { type Hex, zeroHash } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestChain } from "./testing/startTestChain.ts";
import { startTestSurface, type TestChain } from "./testing/startTestSurface.ts";

const PRICE = 10_250n;
let chain: TestChain;
let memory: Awaited<ReturnType<typeof startTestSurface>>["memory"];
let url: string;
let app: Awaited<ReturnType<typeof startTestSurface>>["app"];
let close = async () => {};

beforeAll(async () => {
  chain = await startTestChain();
});

afterAll(async () => {
  await close();
  await chain?.stop();
});

beforeEach(() => start());

async function start(options: Parameters<typeof startTestSurface>[1] = {}): Promise<void> {
  await close();
  ({ memory, url, app, close } = await startTestSurface(chain, options));
}

async function buyerWith(amount: bigint) {
  const account = privateKeyToAccount(generatePrivateKey());
  if (amount > 0n) await chain.mint(account.address, amount);
  const client = new x402Client().register("eip155:31337", new ExactEvmScheme(account));
  client.setSpendControls({ allowedAssets: [{ network: "eip155:31337", asset: chain.token }] });
  return { account, client, pay: wrapFetchWithPayment(fetch, client) };
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}, send = fetch) {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
  return send(`${url}${path}`, init);
}

async function orderOf(buyer: Hex): Promise<Order> {
  const workload = { image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 };
  const answer = await post("/v1/quotes", { buyer, workload });
  expect(answer.status).toBe(200);
  const { terms, requirements, workload: full } = quoteSchema.parse(await answer.json());
  return { terms, workload: full, requirements };
}

/** The payload that the stock client signs for an order's 402. */
async function payloadFor(order: Order, client: x402Client): Promise<PaymentPayload> {
  const unpaid = await post("/v1/jobs", toWire(order));
  expect(unpaid.status).toBe(402);
  return client.createPaymentPayload(decodePaymentRequiredHeader(unpaid.headers.get("PAYMENT-REQUIRED") ?? ""));
}

async function send(order: Order, payload: PaymentPayload) {
  const answer = await post("/v1/jobs", toWire(order), { "PAYMENT-SIGNATURE": encodePaymentSignatureHeader(payload) });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
}

const deposited = async (order: Order) =>
  (
    await chain.publicClient.readContract({
      address: chain.escrow,
      abi: escrowAbi,
      functionName: "jobOf",
      args: [memory.idOf(order)],
    })
  ).deposited;

const settlements = async (buyer: Hex) => {
  const logs = await chain.publicClient.getContractEvents({
    address: chain.token,
    abi: testDollarAbi,
    eventName: "AuthorizationUsed",
    fromBlock: 0n,
  });
  return logs.filter(({ args }) => args.authorizer?.toLowerCase() === buyer.toLowerCase()).length;
};

const accepting = (changed: Partial<PaymentPayload["accepted"]>) => (payload: PaymentPayload) => {
  return { ...payload, accepted: { ...payload.accepted, ...changed } };
};

const authorizing = (changed: Record<string, string>) => (payload: PaymentPayload) => {
  const authorization = { ...(payload.payload.authorization as object), ...changed };
  return { ...payload, payload: { ...payload.payload, authorization } };
};

describe("paying for a job", () => {
  it("lets the stock x402 client buy: one 402, one signature, the money in the job's escrow, no gas of the buyer", async () => {
    const { account, pay } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const answer = await post("/v1/jobs", toWire(order), {}, pay);
    expect(answer.status).toBe(201);
    expect(jobViewSchema.parse(await answer.json()).jobId).toBe(memory.idOf(order));
    const receipt = decodePaymentResponseHeader(answer.headers.get("PAYMENT-RESPONSE") ?? "");
    expect(receipt).toMatchObject({ success: true, network: "eip155:31337" });
    expect(memory.funded).toMatchObject([{ txHash: receipt.transaction }]);
    expect(await deposited(order)).toBe(PRICE);
    expect(await chain.balanceOf(account.address)).toBe(0n);
    expect(await chain.publicClient.getBalance({ address: account.address })).toBe(0n);
  });

  it("lets the stock client that paid watch its job without a second signature, and nobody who copies the payment off the chain", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    // Somebody who learned the order early holds a 402, and so a mark, of its own.
    const copier = decodePaymentRequiredHeader(
      (await post("/v1/jobs", toWire(order))).headers.get("PAYMENT-REQUIRED") ?? "",
    );
    const paid = orderedJobSchema.parse((await send(order, payload)).body);
    const read = async (token: string | undefined) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${url}/v1/jobs/${paid.jobId}`, { headers })).status;
    };
    expect(await read(paid.access?.token)).toBe(200);
    expect(await read(undefined)).toBe(401);
    // A lost answer is asked for again, and opens the job again.
    const again = orderedJobSchema.parse((await send(order, payload)).body);
    expect(await read(again.access?.token)).toBe(200);

    // Everything but the mark is on the chain. The output is not.
    const manifest = { version: 1 as const, exitCode: 0, files: [] };
    const job = memory.jobs.get(paid.jobId);
    if (job) memory.jobs.set(paid.jobId, { ...job, output: { commitment: zeroHash, manifest }, detail: "canary" });
    for (const extensions of [undefined, copier.extensions, { "gristmill-job-access": { info: { mark: "" } } }]) {
      const copied = await send(order, { ...payload, extensions } as PaymentPayload);
      expect(copied.status).toBe(201);
      expect(copied.body).toMatchObject({ access: null, output: null, detail: "" });
    }
    const unpaid = await post("/v1/jobs", toWire(order));
    expect(await unpaid.json()).toMatchObject({ access: null, output: null });
    expect((await send(order, payload)).body).toMatchObject({ output: { manifest }, detail: "canary" });
  });

  it("says before payment what it costs, with every fee, and what comes back", async () => {
    const { account } = await buyerWith(0n);
    const unpaid = await post("/v1/jobs", toWire(await orderOf(account.address)));
    expect(unpaid.status).toBe(402);
    expect(await unpaid.json()).toMatchObject({
      price: { compute: "10000", fee: "250", total: "10250" },
      summary: expect.stringContaining("the rest returns to"),
      accepts: [
        { scheme: "exact", amount: "10250", maxTimeoutSeconds: 300, extra: { name: "Test Dollar", version: "1" } },
      ],
    });
  });

  it("makes one settlement and one job out of 1,000 copies of a paid request at once: nobody pays twice", async () => {
    await start({ limits: { requestsPerMinute: 10_000, costlyRequestsPerMinute: 10_000 } });
    const { account, client } = await buyerWith(PRICE * 50n);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    // All of them are under way before the first is answered; a thousand connections at once would wait to be taken.
    const headers = { "PAYMENT-SIGNATURE": encodePaymentSignatureHeader(payload) };
    const copy = { method: "POST", url: "/v1/jobs", headers, payload: toWire(order) as object } as const;
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => app.inject(copy)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.json().jobId))).toEqual(new Set([memory.idOf(order)]));
    expect(memory.funded).toHaveLength(1);
    expect(await settlements(account.address)).toBe(1);
    expect(await chain.balanceOf(account.address)).toBe(PRICE * 49n);
  }, 180_000);

  it("does not take a second payment for a job that is paid", async () => {
    const { account, client } = await buyerWith(PRICE * 2n);
    const order = await orderOf(account.address);
    const [first, second] = [await payloadFor(order, client), await payloadFor(order, client)];
    expect((await send(order, first)).status).toBe(201);
    expect((await send(order, second)).status).toBe(201);
    expect(await settlements(account.address)).toBe(1);
  });

  it("counts a copied transaction as payment: whoever sends it first, the buyer gets the job", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    const { authorization, signature } = payload.payload as { authorization: Record<string, string>; signature: Hex };
    const hash = await chain.walletClient.writeContract({
      address: chain.token,
      abi: testDollarAbi,
      functionName: "transferWithAuthorization",
      args: [
        authorization.from as Hex,
        authorization.to as Hex,
        BigInt(authorization.value ?? 0),
        BigInt(authorization.validAfter ?? 0),
        BigInt(authorization.validBefore ?? 0),
        authorization.nonce as Hex,
        signature,
      ],
    });
    await chain.publicClient.waitForTransactionReceipt({ hash });
    expect((await send(order, payload)).status).toBe(201);
    expect(await deposited(order)).toBe(PRICE);
  });

  it("keeps the order before it takes money, and says where the money is when funding fails", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    const sweep = memory.sweep;
    memory.sweep = async () => {
      throw new Error("the chain went away");
    };
    const failed = await send(order, payload);
    expect(failed.status).toBe(503);
    expect(problemSchema.parse(failed.body)).toMatchObject({
      code: "payment_pending",
      money: expect.stringContaining(memory.vaultOf(memory.idOf(order))),
    });
    expect(memory.kept.length).toBeGreaterThan(0);
    memory.sweep = sweep;
    expect((await send(order, payload)).status).toBe(201);
    expect(await settlements(account.address)).toBe(1);
  });
});

describe("a payment that is sent and not confirmed", () => {
  it("never leads to a second 402: the buyer is not asked to pay again", async () => {
    await start({ confirmationTimeoutMs: 200 });
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    await chain.testClient.setAutomine(false);
    try {
      for (const answer of [await send(order, payload), await send(order, payload)]) {
        expect(answer.status).toBe(503);
        expect(answer.body).toMatchObject({ code: "payment_pending", retryable: true });
      }
      expect((await post("/v1/jobs", toWire(order))).status).toBe(503);
    } finally {
      await chain.testClient.setAutomine(true);
      await chain.testClient.mine({ blocks: 1 });
    }
    expect((await post("/v1/jobs", toWire(order))).status).toBe(201);
    expect(await settlements(account.address)).toBe(1);
    expect(await deposited(order)).toBe(PRICE);
  });
});

describe("a payment that is refused charges nothing", () => {
  const nobody = `0x${"9".repeat(40)}` as const;
  const refusals: [string, string, string, (payload: PaymentPayload) => PaymentPayload][] = [
    ["another vault", "accepted.payTo", "payment_invalid", accepting({ payTo: nobody })],
    ["another amount", "accepted.amount", "payment_invalid", accepting({ amount: "1" })],
    ["another token", "accepted.asset", "payment_invalid", accepting({ asset: nobody })],
    ["another chain", "accepted.network", "wrong_chain", accepting({ network: "eip155:8453" })],
    ["an authorization for another vault", "payload.authorization.to", "payment_invalid", authorizing({ to: nobody })],
    ["an authorization for less", "payload.authorization.value", "payment_invalid", authorizing({ value: "10249" })],
    [
      "an expired authorization",
      "payload.authorization.validBefore",
      "payment_expired",
      authorizing({ validBefore: "1000" }),
    ],
    [
      "an authorization changed after it was signed",
      "payload.signature",
      "payment_invalid",
      authorizing({ nonce: zeroHash }),
    ],
    [
      "a signature that only looks wrapped for a wallet to come",
      "payload.signature",
      "payment_invalid",
      (payload) => ({
        ...payload,
        payload: { ...payload.payload, signature: `0x${"ab".repeat(64)}${"6492".repeat(16)}` },
      }),
    ],
  ];

  it.each(refusals)("%s", async (_name, field, code, change) => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const answer = await send(order, change(await payloadFor(order, client)));
    expect(answer.status).toBe(402);
    expect(problemSchema.parse(answer.body)).toMatchObject({
      code,
      errors: [{ field }],
      money: "Nothing was charged.",
    });
    expect(answer.headers.get("PAYMENT-REQUIRED")).toBeTruthy();
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
    expect(memory.kept).toEqual([]);
  });

  it("an authorization signed for another chain id", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    const other = new x402Client().register("eip155:8453", new ExactEvmScheme(account));
    other.setSpendControls({ allowedAssets: true });
    const accepted = { ...payload.accepted, network: "eip155:8453" as const };
    const resource = { url };
    const foreign = await other.createPaymentPayload({ x402Version: 2, resource, accepts: [accepted] });
    const answer = await send(order, { ...foreign, accepted: payload.accepted });
    expect(answer.body).toMatchObject({ code: "payment_invalid", errors: [{ field: "payload.signature" }] });
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
  });

  it("a buyer without enough money, told how much is missing", async () => {
    const { account, client } = await buyerWith(PRICE - 1n);
    const order = await orderOf(account.address);
    const answer = await send(order, await payloadFor(order, client));
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject({
      errors: [{ field: "payload.authorization.from", message: expect.stringContaining("has 10249 of tUSD") }],
    });
  });

  it("the payment of one job sent for another", async () => {
    const { account, client } = await buyerWith(PRICE * 2n);
    const [paid, other] = [await orderOf(account.address), await orderOf(account.address)];
    const payload = await payloadFor(paid, client);
    expect((await send(paid, payload)).status).toBe(201);
    expect((await send(other, payload)).body).toMatchObject({ errors: [{ field: "accepted.payTo" }] });
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
  });

  it("terms changed after the signature", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    const cheaper = { ...order, terms: { ...order.terms, maxLeases: 1 } };
    expect((await send(cheaper, payload)).body).toMatchObject({ errors: [{ field: "accepted.payTo" }] });
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
  });

  it("a bad order is refused before any payment is asked for", async () => {
    const { account } = await buyerWith(0n);
    const order = await orderOf(account.address);
    const answer = await post("/v1/jobs", toWire({ ...order, terms: { ...order.terms, cap: 10_251n } }));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: "terms_mismatch",
      money: "Nothing was charged.",
      errors: [{ field: "terms.cap" }],
    });
  });
});

describe("the facilitator", () => {
  it("settles only payments into the vault of an order it offered: nobody else's gas is paid", async () => {
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    const request = (paymentRequirements: unknown) => ({
      x402Version: 2,
      paymentPayload: payload,
      paymentRequirements,
    });
    const elsewhere = request({ ...payload.accepted, payTo: account.address });
    expect(await (await post("/settle", elsewhere)).json()).toMatchObject({ success: false });
    expect(await (await post("/verify", elsewhere)).json()).toMatchObject({ isValid: false });
    expect(await chain.balanceOf(account.address)).toBe(PRICE);

    expect(await (await post("/verify", request(payload.accepted))).json()).toEqual({
      isValid: true,
      payer: account.address,
    });
    expect(await (await post("/settle", request(payload.accepted))).json()).toMatchObject({ success: true });
    expect(await deposited(order)).toBe(PRICE);
  });

  it("says what it supports", async () => {
    expect(await (await fetch(`${url}/supported`)).json()).toMatchObject({
      kinds: [{ x402Version: 2, scheme: "exact", network: "eip155:31337" }],
    });
  });
});

// Last: the chain's clock does not go back.
describe("a chain whose clock was moved ahead", () => {
  it("still takes authorizations signed by the machine's clock", async () => {
    const { account, pay } = await buyerWith(PRICE);
    await chain.testClient.increaseTime({ seconds: 3 * 86_400 });
    await chain.testClient.mine({ blocks: 1 });
    await start();
    const order = await orderOf(account.address);
    expect(order.terms.leaseEnd).toBeGreaterThan(Date.now() / 1000 + 3 * 86_400);
    expect((await post("/v1/jobs", toWire(order), {}, pay)).status).toBe(201);
  });

  it("says that an authorization ran out also when this scheduler's clock has not heard of it yet", async () => {
    await start();
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account.address);
    const payload = await payloadFor(order, client);
    await chain.testClient.increaseTime({ seconds: 600 });
    await chain.testClient.mine({ blocks: 1 });
    const answer = await send(order, payload);
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject({
      code: "payment_expired",
      errors: [{ field: "payload.authorization.validBefore" }],
      money: "Nothing was charged.",
    });
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
  });
});
