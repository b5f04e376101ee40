import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { Template } from "@gristmill/shared/api/views";
import { termsForChain } from "@gristmill/shared/job/terms";
import type { FacilitatorClient } from "@x402/core/server";
import { bytesToHex } from "viem";
import { openArtifactStore } from "../../artifact/openArtifactStore.ts";
import { createSessions } from "../../http/access/sessions.ts";
import { buildHttp } from "../../http/buildHttp.ts";
import type { HttpLimits } from "../../http/httpDeps.ts";
import { memoryGrants } from "../../http/testing/memoryGrants.ts";
import { memoryIdempotency } from "../../http/testing/memoryIdempotency.ts";
import { MemoryMarket } from "../../http/testing/memoryMarket.ts";
import { memoryMarks } from "../../http/testing/memoryMarks.ts";
import { memorySessions } from "../../http/testing/memorySessions.ts";
import { verifySignIn } from "../../session/verifySignIn.ts";
import { createPayments } from "../createPayments.ts";
import type { PaymentBook } from "../paymentBook.ts";
import { memoryBook } from "./memoryBook.ts";
import type { startTestChain } from "./startTestChain.ts";

export type TestChain = Awaited<ReturnType<typeof startTestChain>>;

/** The whole surface on a test chain, listening; only what lies behind the market's ports is in memory. */
export async function startTestSurface(
  chain: TestChain,
  options: {
    confirmationTimeoutMs?: number;
    templates?: Template[];
    limits?: Partial<HttpLimits>;
    book?: PaymentBook;
    foreign?: FacilitatorClient;
  } = {},
) {
  const { templates = [], limits, ...paymentOptions } = options;
  // Known before it listens: a sign-in names the host.
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "gristmill-artifacts-"));
  const address = chain.walletClient.account.address;
  const contracts = {
    token: chain.token,
    escrow: chain.escrow,
    market: address,
    asset: address,
    registry: address,
    verifier: address,
  };
  const memory = new MemoryMarket(
    {
      network: "eip155:31337",
      chainId: 31337,
      rpcUrl: chain.rpcUrl,
      schedulerUrl: `http://127.0.0.1:${port}`,
      webUrl: "http://127.0.0.1",
      contracts,
      paymentToken: { address: chain.token, name: "Test Dollar", version: "1", symbol: "tUSD", decimals: 6 },
      scheduler: address,
      notary: address,
      feeBps: 250,
      feeRecipient: address,
      windowSeconds: 3_600,
    },
    chain.vaultInitCodeHash,
  );
  memory.sweep = async ({ terms }) => {
    const args = [termsForChain(terms)] as const;
    const hash = await chain.walletClient.writeContract({
      address: chain.escrow,
      abi: escrowAbi,
      functionName: "sweep",
      args,
    });
    await chain.publicClient.waitForTransactionReceipt({ hash });
  };
  const { timestamp } = await chain.publicClient.getBlock({ blockTag: "pending" });
  const aheadSeconds = Number(timestamp) - Math.floor(Date.now() / 1000);
  const chainNow = () => Math.floor(Date.now() / 1000) + aheadSeconds;
  const vaultOf = memory.vaultOf.bind(memory);
  const { market, reads, commands } = memory;
  const payments = await createPayments({
    market,
    commands,
    vaultOf,
    chainNow,
    wallClockMs: Date.now,
    publicClient: chain.publicClient,
    walletClient: chain.walletClient,
    onBackgroundFailure: () => undefined,
    marks: memoryMarks(),
    book: memoryBook(),
    ...paymentOptions,
  });
  const app = await buildHttp({
    market,
    templates,
    reads,
    commands,
    artifacts: await openArtifactStore({ folder }),
    idempotency: memoryIdempotency(),
    grants: memoryGrants(memory),
    sessions: createSessions(memorySessions(), Date.now),
    verifySignIn: verifySignIn(chain.publicClient),
    payments,
    webhooks: { register: unused, ofOwners: async () => [], remove: async () => false },
    vaultOf,
    chainNow,
    newSalt: () => bytesToHex(randomBytes(32)),
    readiness: async () => ({}),
    allowedOrigins: [],
    limits: { jobVisibleMs: 1_000, ...limits },
  });
  const url = await app.listen({ host: "127.0.0.1", port });
  const close = async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { memory, url, app, close };
}

const unused = () => Promise.reject(new Error("no webhooks here"));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
