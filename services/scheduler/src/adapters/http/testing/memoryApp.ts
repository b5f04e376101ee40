import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobId } from "@gristmill/shared/ids/ids";
import { type Address, toHex, verifyMessage } from "viem";
import { createWebhooks } from "../../../application/webhooks.ts";
import { marketFixture, NOW } from "../../../domain/quote/quoteFixture.ts";
import { openArtifactStore } from "../../artifact/openArtifactStore.ts";
import type { Payments } from "../../x402/payments.ts";
import { createSessions } from "../access/sessions.ts";
import { buildHttp } from "../buildHttp.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { memoryGrants } from "./memoryGrants.ts";
import { memoryIdempotency } from "./memoryIdempotency.ts";
import { MemoryMarket } from "./memoryMarket.ts";
import { memorySessions } from "./memorySessions.ts";
import { memoryWebhooks } from "./memoryWebhooks.ts";

/** The HTTP surface on ports in memory and real files; payments are tested with a chain of their own. */
export async function memoryApp(overrides: Partial<HttpDeps> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-http-"));
  const memory = new MemoryMarket({
    ...marketFixture,
    network: "eip155:31337",
    rpcUrl: "http://127.0.0.1:1",
    schedulerUrl: "http://127.0.0.1:2",
    webUrl: "http://127.0.0.1:3",
  });
  const payments: Payments = {
    purchase: async (order, _payload, check) => {
      await check();
      memory.openJob(order);
      return { outcome: "funded", settlement: undefined, isPayer: false };
    },
    verify: async () => ({ isValid: false, invalidReason: "invalid_payment_requirements" }),
    settle: async () => ({ success: false, transaction: "", network: "eip155:31337" }),
    supported: () => ({ kinds: [], extensions: [], signers: {} }),
    close: async () => undefined,
  };
  const store = memorySessions();
  const sessions = createSessions(store, () => NOW * 1000);
  const grants = memoryGrants(memory);
  const app = await buildHttp({
    market: memory.market,
    templates: [],
    reads: memory.reads,
    commands: memory.commands,
    artifacts: await openArtifactStore({ folder, maxBytes: 1024 * 1024 }),
    grants,
    sessions,
    idempotency: memoryIdempotency(),
    verifySignIn: (address, message, signature) => verifyMessage({ address, message, signature }).catch(() => false),
    payments,
    webhooks: createWebhooks({
      store: memoryWebhooks(),
      check: async () => undefined,
      send: async () => 200,
      secretOf: (id) => `whsec_${id}`,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    }),
    vaultOf: (jobId) => memory.vaultOf(jobId),
    chainNow: () => NOW,
    newSalt: () => toHex(1, { size: 32 }),
    readiness: async () => ({ database: true, chain: true }),
    allowedOrigins: ["http://127.0.0.1:3"],
    ...overrides,
  });
  app.addHook("onClose", () => rmSync(folder, { recursive: true, force: true }));
  /** Headers of somebody who signed in with this wallet, or paid for these jobs. */
  const bearer = async (address: Address | null, jobs: JobId[] = []) => {
    const { token } = await sessions.open({ address, jobs });
    return { authorization: `Bearer ${token}` };
  };
  return { app, memory, folder, sessions: overrides.sessions ?? sessions, grants, store, bearer, payments };
}
