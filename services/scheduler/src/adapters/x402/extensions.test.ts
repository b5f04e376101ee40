import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Order, quoteSchema } from "@gristmill/shared/api/quote";
import { orderedJobSchema } from "@gristmill/shared/api/views";
import { toWire } from "@gristmill/shared/units/toWire";
import { DEV_MNEMONIC } from "@gristmill/tools/services/chain";
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from "@x402/core/http";
import { HTTPFacilitatorClient } from "@x402/core/server";
import type { PaymentPayload, PaymentRequired } from "@x402/core/types";
import { ExactEvmScheme } from "@x402/evm/exact/client";
import {
  decodeSignedOffers,
  extractOffersFromPaymentRequired,
  extractReceiptFromResponse,
  verifyOfferSignatureEIP712,
  verifyReceiptSignatureEIP712,
} from "@x402/extensions/offer-receipt";
import { appendPaymentIdentifierToExtensions } from "@x402/extensions/payment-identifier";
import {
  createSIWxMessage,
  createSIWxPayload,
  encodeSIWxHeader,
  type SIWxExtension,
  wrapFetchWithSIWx,
} from "@x402/extensions/sign-in-with-x";
import { x402Client } from "@x402/fetch";
import { createWalletClient, http, type LocalAccount } from "viem";
import { generatePrivateKey, mnemonicToAccount, nonceManager, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildFacilitator } from "./buildFacilitator.ts";
import { memoryBook } from "./testing/memoryBook.ts";
import { startTestChain } from "./testing/startTestChain.ts";
import { startTestSurface, type TestChain } from "./testing/startTestSurface.ts";

const PRICE = 10_250n;
let chain: TestChain;
let surface: Awaited<ReturnType<typeof startTestSurface>> | undefined;
beforeAll(async () => {
  chain = await startTestChain();
});
afterEach(async () => {
  await surface?.close();
  surface = undefined;
});
afterAll(() => chain?.stop());

async function start(options: Parameters<typeof startTestSurface>[1] = {}) {
  await surface?.close();
  surface = await startTestSurface(chain, options);
}

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
const orders = () => `${surface?.url}/v1/jobs`;

async function buyerWith(amount: bigint) {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.mint(account.address, amount);
  const client = new x402Client().register("eip155:31337", new ExactEvmScheme(account));
  client.setSpendControls({ allowedAssets: [{ network: "eip155:31337", asset: chain.token }] });
  return { account, client };
}

async function orderOf(account: LocalAccount): Promise<Order> {
  const workload = { image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 };
  const answer = await fetch(`${surface?.url}/v1/quotes`, json({ buyer: account.address, workload }));
  const { terms, requirements, workload: full } = quoteSchema.parse(await answer.json());
  return { terms, workload: full, requirements };
}

async function requiredFor(order: Order): Promise<PaymentRequired> {
  const unpaid = await fetch(orders(), json(toWire(order)));
  expect(unpaid.status).toBe(402);
  return decodePaymentRequiredHeader(unpaid.headers.get("PAYMENT-REQUIRED") ?? "");
}

const send = (order: Order, payload: PaymentPayload) =>
  fetch(orders(), json(toWire(order), { "PAYMENT-SIGNATURE": encodePaymentSignatureHeader(payload) }));

test("terms of a 402 and its payment are signed for others to check, with the official helpers", async () => {
  await start();
  const { account, client } = await buyerWith(PRICE);
  const order = await orderOf(account);
  const required = await requiredFor(order);
  const [signed] = extractOffersFromPaymentRequired(required);
  if (signed?.format !== "eip712") throw new Error("no offer");
  const offer = await verifyOfferSignatureEIP712(signed);
  expect(offer.signer).toBe(chain.walletClient.account.address);
  const [decoded] = decodeSignedOffers([signed]);
  expect(decoded).toMatchObject({ payTo: required.accepts[0]?.payTo, amount: String(PRICE), acceptIndex: 0 });
  const paid = await send(order, await client.createPaymentPayload(required));
  expect(paid.status).toBe(201);
  const receipt = extractReceiptFromResponse(paid);
  if (receipt?.format !== "eip712") throw new Error("no receipt");
  const checked = await verifyReceiptSignatureEIP712(receipt);
  expect(checked.signer).toBe(chain.walletClient.account.address);
  expect(checked.payload).toMatchObject({ payer: account.address, resourceUrl: decoded?.resourceUrl });
});

test("a payment that was named pays for one order: the name on another charges nothing", async () => {
  await start();
  const { account, client } = await buyerWith(2n * PRICE);
  const [order, other] = [await orderOf(account), await orderOf(account)];
  const named = async (of: Order, id = "payment_of_the_buyer_1") => {
    const payload = await client.createPaymentPayload(await requiredFor(of));
    payload.extensions = appendPaymentIdentifierToExtensions({ ...payload.extensions }, id);
    return payload;
  };
  const payload = await named(order);
  expect(payload.extensions).toMatchObject({ "payment-identifier": { info: { id: "payment_of_the_buyer_1" } } });
  const answers = await Promise.all([send(order, payload), send(order, payload), send(order, payload)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  const refused = await send(other, await named(other));
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({
    code: "payment_invalid",
    errors: [{ field: "extensions.payment-identifier.info.id" }],
    money: "Nothing was charged.",
  });
  expect(await chain.balanceOf(account.address)).toBe(PRICE);
  expect((await send(other, await named(other, "payment_of_the_buyer_2"))).status).toBe(201);
});

test("a wallet that paid comes back with a signature instead of a payment, and nobody else does", async () => {
  await start();
  const { account, client } = await buyerWith(PRICE);
  const order = await orderOf(account);
  const required = await requiredFor(order);
  expect((await send(order, await client.createPaymentPayload(required))).status).toBe(201);

  const extension = required.extensions?.["sign-in-with-x"] as SIWxExtension;
  const [supported] = extension.supportedChains;
  if (!supported) throw new Error("no chain");
  const proofOf = async (signer: LocalAccount, info = extension.info) => {
    const complete = { ...info, chainId: supported.chainId, type: supported.type };
    return encodeSIWxHeader(await createSIWxPayload(complete, signer as never, orders()));
  };
  const visit = async (proof: string) => {
    const answer = await fetch(orders(), json(toWire(order), { "SIGN-IN-WITH-X": proof }));
    return { status: answer.status, body: await answer.json() };
  };
  const proof = await proofOf(account);
  const back = await visit(proof);
  expect(back.status).toBe(201);
  const { access, jobId } = orderedJobSchema.parse(back.body);
  const mine = { headers: { authorization: `Bearer ${access?.token}` } };
  expect((await fetch(`${orders()}/${jobId}`, mine)).status).toBe(200);
  // A copied proof opens nothing, and a stranger's shows the public of the job.
  expect(await visit(proof)).toMatchObject({ status: 401, body: { code: "sign_in_refused" } });
  const stranger = await buyerWith(1n);
  const unpaid = await orderOf(stranger.account);
  const theirs = (await requiredFor(unpaid)).extensions?.["sign-in-with-x"] as SIWxExtension;
  const seen = await visit(await proofOf(stranger.account, theirs.info));
  expect(seen).toMatchObject({ status: 201, body: { access: null } });
  // The official wrapper asks by itself; a job that nobody paid for stays a 402.
  const wrapped = wrapFetchWithSIWx(fetch, account as never);
  expect((await wrapped(orders(), json(toWire(unpaid)))).status).toBe(402);
  // What a phishing page obtained names that page, in one way or the other.
  const evil = { domain: "evil.example", uri: "https://evil.example/v1/jobs" };
  for (const told of [{ domain: evil.domain }, { uri: evil.uri }]) {
    const fresh = (await requiredFor(unpaid)).extensions?.["sign-in-with-x"] as SIWxExtension;
    // The official client refuses to sign this; a careless one does not.
    const challenge = { ...fresh.info, ...told, chainId: supported.chainId, type: supported.type };
    const { address } = account;
    const signature = await account.signMessage({ message: createSIWxMessage(challenge, address) });
    const phished = encodeSIWxHeader({ ...challenge, address, signature });
    expect(await visit(phished)).toMatchObject({ status: 401, body: { code: "sign_in_refused" } });
    expect((await visit(await proofOf(account, fresh.info))).status).toBe(201);
  }
});

test("a payment on its way is known over a restart: the buyer is not asked to pay again", async () => {
  const book = memoryBook();
  await start({ confirmationTimeoutMs: 200, book });
  const { account, client } = await buyerWith(2n * PRICE);
  const order = await orderOf(account);
  const payload = await client.createPaymentPayload(await requiredFor(order));
  await chain.testClient.setAutomine(false);
  try {
    expect((await send(order, payload)).status).toBe(503);
    await start({ confirmationTimeoutMs: 200, book });
    for (const answer of [await fetch(orders(), json(toWire(order))), await send(order, payload)]) {
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "payment_pending"]);
    }
  } finally {
    await chain.testClient.setAutomine(true);
    await chain.testClient.mine({ blocks: 1 });
  }
  expect((await fetch(orders(), json(toWire(order)))).status).toBe(201);
  expect(await chain.balanceOf(account.address)).toBe(PRICE);
});

/** A facilitator of somebody else: the official class with another account, over HTTP. */
async function foreignFacilitator(lie?: object) {
  const account = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 7, nonceManager });
  const walletClient = createWalletClient({ account, chain: foundry, transport: http(chain.rpcUrl) });
  const facilitator = buildFacilitator({ network: "eip155:31337", publicClient: chain.publicClient, walletClient });
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { paymentPayload, paymentRequirements } = JSON.parse(Buffer.concat(parts).toString() || "{}");
    const answer = {
      "/supported": async () => facilitator.getSupported(),
      "/verify": () => facilitator.verify(paymentPayload, paymentRequirements),
      "/settle": async () => lie ?? facilitator.settle(paymentPayload, paymentRequirements),
    }[request.url ?? ""];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(await answer?.()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new HTTPFacilitatorClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return { client, address: account.address, close: () => server.close() };
}

test("another facilitator settles, and the job is funded as ever", async () => {
  const foreign = await foreignFacilitator();
  try {
    await start({ foreign: foreign.client });
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account);
    const before = await chain.publicClient.getTransactionCount({ address: foreign.address });
    expect((await send(order, await client.createPaymentPayload(await requiredFor(order)))).status).toBe(201);
    expect(await chain.publicClient.getTransactionCount({ address: foreign.address })).toBe(before + 1);
  } finally {
    foreign.close();
  }
});

test("a facilitator's word alone funds nothing: a settlement that is not on the chain starts no job", async () => {
  const lie = {
    success: true,
    transaction: `0x${"ab".repeat(32)}`,
    network: "eip155:31337",
    payer: `0x${"1".repeat(40)}`,
  };
  const foreign = await foreignFacilitator(lie);
  try {
    await start({ foreign: foreign.client });
    const { account, client } = await buyerWith(PRICE);
    const order = await orderOf(account);
    const answer = await send(order, await client.createPaymentPayload(await requiredFor(order)));
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "payment_pending"]);
    expect(surface?.memory.jobs.size).toBe(0);
    // Nor is it written down as paid, with the scheduler's signature under it.
    expect(answer.headers.get("PAYMENT-RESPONSE")).toBeNull();
    expect(await chain.balanceOf(account.address)).toBe(PRICE);
  } finally {
    foreign.close();
  }
});
