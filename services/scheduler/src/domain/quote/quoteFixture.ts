import { type Order, type Quote, type QuoteRequest, quoteRequestSchema } from "@gristmill/shared/api/quote";
import type { AssetView } from "@gristmill/shared/api/views";
import { vaultOf } from "@gristmill/shared/job/vaultOf";
import { zeroHash } from "viem";
import { assetFixture } from "../placement/assetFixture.ts";
import { buildQuote } from "./buildQuote.ts";
import type { MarketInfo } from "./marketInfo.ts";

export const NOW = 1_800_000_000;

const address = (digit: string) => `0x${digit.repeat(40)}` as const;

export const marketFixture: MarketInfo = {
  chainId: 31337,
  contracts: {
    token: address("1"),
    escrow: address("2"),
    market: address("3"),
    asset: address("4"),
    registry: address("5"),
    verifier: address("6"),
  },
  paymentToken: { address: address("1"), name: "Test Dollar", version: "1", symbol: "tUSD", decimals: 6 },
  scheduler: address("7"),
  notary: address("7"),
  feeBps: 250,
  feeRecipient: address("8"),
  windowSeconds: 3_600,
};

export function requestFixture(overrides: Record<string, unknown> = {}): QuoteRequest {
  const workload = { image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 };
  return quoteRequestSchema.parse({ buyer: address("9"), workload, ...overrides });
}

export function quoteOutcome(request = requestFixture(), assets: readonly AssetView[] = [assetFixture()]) {
  return buildQuote({
    request,
    assets,
    market: marketFixture,
    now: NOW,
    salt: zeroHash,
    vaultOf: (jobId) => vaultOf(jobId, marketFixture.contracts.escrow, zeroHash),
  });
}

export function quoteFixture(request = requestFixture()): Quote {
  const result = quoteOutcome(request);
  if (result.outcome === "refused") throw new Error(result.message);
  return result.quote;
}

export function orderFixture(): Order {
  const { terms, workload, requirements } = quoteFixture();
  return { terms, workload, requirements };
}
