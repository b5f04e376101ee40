import { signInSchema } from "@gristmill/shared/api/session";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { Tooltip } from "radix-ui";
import { verifyMessage } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { parseSiweMessage } from "viem/siwe";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createConfig, http, injected, WagmiProvider } from "wagmi";
import { connect } from "wagmi/actions";
import { fixtureMarket } from "../../../test/fixtureMarket.ts";
import { chainOf } from "../../lib/chainOf.ts";
import { MarketProvider } from "../shell/marketContext.tsx";
import { SignInPanel } from "./SignInPanel.tsx";

const market = fixtureMarket();
const buyer = market.developmentAccounts?.[0];
if (buyer === undefined) throw new Error("the fixture has a buyer");
const account = mnemonicToAccount(buyer.mnemonic);
const nonce = "n".repeat(32);
let signs: boolean;
/** What the scheduler was sent. */
let sent: { url: string; init: RequestInit | undefined }[];

/** A wallet as browsers announce one, with a real key behind it. */
const wallet = {
  request: async ({ method, params }: { method: string; params?: unknown[] }) => {
    if (method === "eth_requestAccounts" || method === "eth_accounts") return [account.address];
    if (method === "eth_chainId") return `0x${market.chainId.toString(16)}`;
    if (method === "wallet_requestPermissions") return [{ caveats: [{ value: [account.address] }] }];
    if (method !== "personal_sign") throw new Error(`the wallet was asked for ${method}`);
    if (!signs) throw Object.assign(new Error("User rejected the request."), { code: 4001 });
    return account.signMessage({ message: { raw: params?.[0] as `0x${string}` } });
  },
  on: () => undefined,
  removeListener: () => undefined,
};

beforeEach(() => {
  signs = true;
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
    sent.push({ url, init });
    const now = 1_800_000_000;
    const isNonce = url.endsWith("/nonce");
    const answer = isNonce
      ? { nonce, chainId: market.chainId, domains: [location.host], now, expiresAt: now + 600 }
      : { address: account.address, jobs: [], expiresAt: now + 604_800, token: null };
    return Response.json(answer, { status: isNonce ? 200 : 201 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function openPanel(isConnected = true) {
  const chain = chainOf(market);
  const config = createConfig({
    chains: [chain],
    transports: { [chain.id]: http(market.rpcUrl) },
    connectors: [injected({ target: { id: "test", name: "Test wallet", provider: wallet as never } })],
    multiInjectedProviderDiscovery: false,
  });
  const [connector] = config.connectors;
  if (connector === undefined) throw new Error("the wallet is there");
  const queries = new QueryClient();
  const refreshed = vi.spyOn(queries, "invalidateQueries");
  render(
    <WagmiProvider config={config} reconnectOnMount={false}>
      <QueryClientProvider client={queries}>
        <MarketProvider market={market}>
          <Tooltip.Provider>
            <SignInPanel what="your jobs" />
          </Tooltip.Provider>
        </MarketProvider>
      </QueryClientProvider>
    </WagmiProvider>,
  );
  // After the page is there, as a visitor does it.
  if (isConnected) await act(() => connect(config, { connector }));
  return { refreshed };
}

test("a buyer reads what the signature is for, signs once, and what is private is fetched anew", async () => {
  const { refreshed } = await openPanel();
  expect(await screen.findByText(/one signature.*costs nothing and\s+allows nothing else/)).toBeTruthy();
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByTestId("sign-in"));
  await waitFor(() => expect(refreshed).toHaveBeenCalled(), { timeout: 10_000 });

  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(["/v1/sessions/nonce", "/v1/sessions"]);
  for (const { init } of sent) expect(init?.credentials).toBe("include");
  const { message, signature, use } = signInSchema.parse(JSON.parse(String(sent[1]?.init?.body)));
  // No script can read the session: it is asked for as a cookie.
  expect(use).toBe("cookie");
  expect(await verifyMessage({ address: account.address, message, signature })).toBe(true);
  expect(parseSiweMessage(message)).toMatchObject({
    address: account.address,
    domain: location.host,
    chainId: market.chainId,
    nonce,
    uri: location.origin,
  });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a buyer who declines in the wallet is told so and may try again; nothing was sent", async () => {
  signs = false;
  const { refreshed } = await openPanel();
  fireEvent.click(await screen.findByTestId("sign-in"));
  expect((await screen.findByRole("alert", {}, { timeout: 10_000 })).textContent).not.toBe("");
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual(["/v1/sessions/nonce"]);
  expect(refreshed).not.toHaveBeenCalled();
  signs = true;
  fireEvent.click(screen.getByTestId("sign-in"));
  await waitFor(() => expect(refreshed).toHaveBeenCalled(), { timeout: 10_000 });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("without a wallet nobody is asked to sign: the panel offers to connect one", async () => {
  await openPanel(false);
  expect(await screen.findByText(/Connect the wallet that paid, to see your jobs/)).toBeTruthy();
  expect(screen.queryByTestId("sign-in")).toBeNull();
});
