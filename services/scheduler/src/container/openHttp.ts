import { randomBytes } from "node:crypto";
import { HTTPFacilitatorClient } from "@x402/core/server";
import { bytesToHex } from "viem";
import { createPaymentBook } from "../adapters/db/paymentBook.ts";
import { createSessions } from "../adapters/http/access/sessions.ts";
import { buildHttp } from "../adapters/http/buildHttp.ts";
import { createPayerMarks } from "../adapters/session/payerMarks.ts";
import { createSessionStore } from "../adapters/session/sessionStore.ts";
import { verifySignIn } from "../adapters/session/verifySignIn.ts";
import { createPayments } from "../adapters/x402/createPayments.ts";
import type { OpenedChain } from "./openChain.ts";
import type { OpenedIndex } from "./openIndex.ts";
import type { OpenedJobs } from "./openJobs.ts";
import type { OpenedKeeping } from "./openKeeping.ts";
import type { OpenedQueue } from "./openQueue.ts";
import type { Stores } from "./openStores.ts";
import type { OpenedWebhooks } from "./openWebhooks.ts";
import type { Settings } from "./settings.ts";

/** What does not answer in this time does not work. */
const READY_MS = 2000;

/** The HTTP surface with its payments and sessions; it does not listen yet. */
export async function openHttp(
  { config, market, templates, publicUrl, nowMs, metrics, logger, log }: Settings,
  { publicClient, vaultOf }: OpenedChain,
  { database }: Stores,
  { backend }: OpenedQueue,
  { clock, wallet }: OpenedIndex,
  { reads, commands, artifacts, grants }: OpenedJobs,
  { idempotency }: OpenedKeeping,
  webhooks: OpenedWebhooks,
  isOwnershipCurrent: () => boolean,
) {
  const payments = await createPayments({
    market,
    commands,
    vaultOf,
    chainNow: clock.now,
    wallClockMs: nowMs,
    publicClient,
    walletClient: wallet.client,
    marks: createPayerMarks(database),
    book: createPaymentBook(database),
    foreign:
      config.facilitatorUrl === undefined ? undefined : new HTTPFacilitatorClient({ url: config.facilitatorUrl }),
    onOutcome: metrics.payment,
    onBackgroundFailure: (jobId, error) =>
      log.warn({ jobId, error: String(error) }, "funding a job goes on in the background"),
  });
  return buildHttp({
    market: { ...market, schedulerUrl: publicUrl },
    templates,
    reads,
    commands,
    artifacts,
    grants,
    idempotency,
    sessions: createSessions(createSessionStore(database), nowMs),
    verifySignIn: verifySignIn(publicClient),
    payments,
    webhooks,
    vaultOf,
    chainNow: clock.now,
    newSalt: () => bytesToHex(randomBytes(32)),
    onRequest: metrics.request,
    trustedProxies: config.trustedProxies,
    readiness: async () => ({
      // Lapses when this process could not renew what it decides for, or its share, in time.
      ownership: isOwnershipCurrent(),
      database: await works(database.pool.query("SELECT 1")),
      chain: await works(publicClient.getBlockNumber({ cacheTime: 0 })),
      queue: await works(backend.queue.getJobCounts("waiting")),
    }),
    allowedOrigins: [config.webOrigin ?? new URL(market.webUrl).origin],
    logger,
  });
}

const works = (question: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(resolve, READY_MS, false).unref()),
  ]);
