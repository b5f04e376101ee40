import type { Quote } from "@gristmill/shared/api/quote";
import { toWire } from "@gristmill/shared/units/toWire";
import { UserRejectedRequestError } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fixtureMarket, fixtureQuote, fixtureRequest, vault } from "../../../test/fixtureMarket.ts";
import { createScheduler } from "../../lib/scheduler.ts";
import { type PayOptions, payForJob, type TypedData } from "./payForJob.ts";

const market = fixtureMarket();
const request = fixtureRequest(market);
const quote = fixtureQuote(toWire(request), market);
const account = mnemonicToAccount("test test test test test test test test test test test junk");

const paymentTerms = () => ({
  scheme: "exact",
  network: market.network,
  asset: market.paymentToken.address as string,
  amount: quote.terms.cap.toString(),
  payTo: vault as string,
  maxTimeoutSeconds: 300,
  extra: { name: market.paymentToken.name, version: market.paymentToken.version },
});

let asked: ReturnType<typeof paymentTerms>;
let paid: Headers | undefined;
let answerToPayment: () => Response | Promise<Response>;
const signTypedData = vi.fn((data: TypedData) => account.signTypedData(data as never));

beforeEach(() => {
  asked = paymentTerms();
  paid = undefined;
  answerToPayment = () => new Response("{}", { status: 201 });
  signTypedData.mockClear();
  vi.stubGlobal("fetch", async (input: Request | string) => {
    if (!(input instanceof Request) || input.method === "GET") return new Response("{}", { status: 404 });
    if (input.headers.has("payment-signature")) {
      paid = input.headers;
      return answerToPayment();
    }
    const required = { x402Version: 2, resource: { url: input.url }, accepts: [asked] };
    return new Response("{}", { status: 402, headers: { "PAYMENT-REQUIRED": btoa(JSON.stringify(required)) } });
  });
});
afterEach(() => vi.unstubAllGlobals());

const pay = (part: Partial<PayOptions> = {}) =>
  payForJob({
    quote,
    request,
    market,
    scheduler: createScheduler(market.schedulerUrl),
    displayedTotal: quote.price.total,
    readVault: () => Promise.resolve(vault),
    now: Math.floor(Date.now() / 1000),
    signTypedData,
    onStep: () => {},
    onSigned: () => {},
    ...part,
  });

test("a buyer pays exactly the price shown, into the job's vault, with one signature", async () => {
  expect(await pay()).toEqual({ kind: "ordered", jobId: quote.jobId });
  expect(signTypedData).toHaveBeenCalledTimes(1);
  const { payload } = JSON.parse(atob(paid?.get("payment-signature") ?? "")) as {
    payload: { authorization: { to: string; value: string } };
  };
  expect(payload.authorization).toMatchObject({ to: vault, value: quote.terms.cap.toString() });
});

test.each<[string, () => void]>([
  ["to an address that is not the vault", () => Object.assign(asked, { payTo: market.scheduler })],
  ["of more than the price", () => Object.assign(asked, { amount: (quote.terms.cap + 1n).toString() })],
  ["in another token", () => Object.assign(asked, { asset: market.contracts.market })],
  ["on another network", () => Object.assign(asked, { network: "eip155:1" })],
  ["that stays usable for a day", () => Object.assign(asked, { maxTimeoutSeconds: 86_400 })],
  ["by a standing allowance", () => Object.assign(asked.extra, { assetTransferMethod: "permit2" })],
])("a buyer signs nothing when the 402 asks for a payment %s", async (_name, lie) => {
  lie();
  const outcome = await pay();
  expect(outcome.kind === "mismatch" || outcome.kind === "refused").toBe(true);
  expect(signTypedData).not.toHaveBeenCalled();
  expect(paid).toBeUndefined();
});

test("a buyer signs nothing when the escrow contract names another vault", async () => {
  const outcome = await pay({ readVault: () => Promise.resolve(market.scheduler) });
  expect(outcome.kind).toBe("mismatch");
  expect(signTypedData).not.toHaveBeenCalled();
});

test("a buyer who declines in the wallet is told so, and nothing is sent", async () => {
  const outcome = await pay({ signTypedData: () => Promise.reject(new UserRejectedRequestError(new Error("no"))) });
  expect(outcome).toEqual({ kind: "declined" });
  expect(paid).toBeUndefined();
});

test("a buyer is warned not to pay twice when the answer to a signed payment is lost", async () => {
  answerToPayment = () => Promise.reject(new TypeError("network"));
  const signed: string[] = [];
  const outcome = await pay({ onSigned: (jobId) => signed.push(jobId) });
  expect(outcome).toEqual({ kind: "unknown", jobId: quote.jobId });
  expect(signed).toEqual([quote.jobId]);
});

test("a buyer reads the scheduler's reason when it refuses the payment", async () => {
  const problem = {
    type: "about:blank",
    title: "Expired",
    status: 402,
    code: "payment_expired",
    detail: "the authorization expired",
    retryable: false,
  };
  answerToPayment = () => new Response(JSON.stringify(problem), { status: 422 });
  const outcome = await pay();
  expect(outcome.kind === "refused" && outcome.error.message).toBe("the authorization expired");
});

test("a quote that lies is stopped before the scheduler is even asked", async () => {
  const lie: Quote = { ...quote, terms: { ...quote.terms, refundTo: market.scheduler } };
  expect((await pay({ quote: lie })).kind).toBe("mismatch");
});
