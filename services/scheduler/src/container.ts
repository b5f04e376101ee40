import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { templateSchema } from "@gristmill/shared/api/views";
import { marketSchema } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { bytesToHex, isAddressEqual } from "viem";
import { z } from "zod";
import { openArtifactStore } from "./adapters/artifact/openArtifactStore.ts";
import { createOutputManifests } from "./adapters/artifact/outputManifests.ts";
import { createChainClock } from "./adapters/chain/chainClock.ts";
import { createChainIndex } from "./adapters/chain/chainIndex.ts";
import { createTrustBook } from "./adapters/chain/createTrustBook.ts";
import { fetchTransaction } from "./adapters/chain/fetchBatch.ts";
import { createIndexer } from "./adapters/chain/indexer.ts";
import { createMarketActions } from "./adapters/chain/marketActions.ts";
import { createMarketWallet } from "./adapters/chain/marketWallet.ts";
import { openMarketChain } from "./adapters/chain/openMarketChain.ts";
import { createSender } from "./adapters/chain/sender.ts";
import { createChainStore } from "./adapters/db/chainStore.ts";
import { openDatabase } from "./adapters/db/database.ts";
import { createJobNotes } from "./adapters/db/jobNotes.ts";
import { createLeaseNotes } from "./adapters/db/leaseNotes.ts";
import { createLogStore } from "./adapters/db/logStore.ts";
import { migrate } from "./adapters/db/migrate.ts";
import { createNodeStore } from "./adapters/db/nodeStore.ts";
import { createOrderStore } from "./adapters/db/orderStore.ts";
import { createOutboxStore } from "./adapters/db/outboxStore.ts";
import { createSentStore } from "./adapters/db/sentStore.ts";
import { createTickStore } from "./adapters/db/tickStore.ts";
import { buildHttp } from "./adapters/http/buildHttp.ts";
import { createOutboxPump } from "./adapters/queue/outboxPump.ts";
import { openQueueBackend } from "./adapters/queue/queueBackend.ts";
import { createTaskQueue } from "./adapters/queue/taskQueue.ts";
import { readJsonFile } from "./adapters/readJsonFile.ts";
import { readKeyFile } from "./adapters/readKeyFile.ts";
import { createNodeServer } from "./adapters/ws/nodeServer.ts";
import { createPayments } from "./adapters/x402/createPayments.ts";
import { announce } from "./application/announce.ts";
import { assetViews, placementViews } from "./application/assetViews.ts";
import { createMarketCommands } from "./application/commands.ts";
import { createFleet } from "./application/fleet.ts";
import { createJobDriver } from "./application/jobDriver.ts";
import { createLocks } from "./application/jobLocks.ts";
import { createJobSignals } from "./application/jobSignals.ts";
import { createLiveBook } from "./application/liveBook.ts";
import { createNodeDesk } from "./application/nodeDesk.ts";
import { createNotary } from "./application/notary.ts";
import { createPlacementDesk } from "./application/placementDesk.ts";
import { createMarketReads } from "./application/reads.ts";
import { refreshTrust } from "./application/refreshTrust.ts";
import { resumeTasks } from "./application/tasks/resumeTasks.ts";
import { tasksOf } from "./application/tasks/tasksOf.ts";
import type { Config } from "./config.ts";
import { createLogger } from "./logger.ts";
import { createLoop } from "./loop.ts";

/** Beats that may be missed before a node takes no more leases. */
const MISSED_BEATS = 3;
const BEAT_FLUSH_MS = 2000;
/** Stake and reputation change without an event of ours; the chain checks them again at each assignment. */
const TRUST_MS = 5000;
/** Safety net: the pump also runs as soon as something was written. */
const OUTBOX_MS = 500;

export interface Scheduler {
  /** Where it listens, for example `http://127.0.0.1:8080`. */
  url: string;
  queue: "redis" | "postgres";
  close(): Promise<void>;
}

/**
 * Builds the scheduler and starts it: the only place that knows every adapter.
 * @throws BaseError `config_invalid`, `wrong_chain`
 */
export async function startScheduler(config: Config): Promise<Scheduler> {
  const { logger, log } = createLogger(config.logLevel);
  const nowMs = Date.now;

  // What was configured.
  const market = await readJsonFile("MARKET_FILE", config.marketFile, marketSchema);
  const templates = await readJsonFile("TEMPLATES_FILE", config.templatesFile, z.array(templateSchema));
  const account = await readKeyFile("SCHEDULER_KEY_FILE", config.schedulerKeyFile);
  for (const role of ["scheduler", "notary"] as const) {
    if (isAddressEqual(account.address, market[role])) continue;
    throw new BaseError(
      "config_invalid",
      `SCHEDULER_KEY_FILE must hold the key of the market's ${role}, ${market[role]}`,
    );
  }
  const publicUrl = (config.publicUrl ?? market.schedulerUrl).replace(/\/+$/, "");

  // Chain.
  const opened = await openMarketChain(market, config.rpcUrl ?? market.rpcUrl);
  const { chain, transport, publicClient, startWindow, vaultOf } = opened;
  const { chainId, contracts } = market;

  // Database.
  await migrate(config.databaseUrl);
  const database = openDatabase(config.databaseUrl);
  const chainStore = createChainStore(database);
  // A block tells development chains apart: they number alike and give contracts the same addresses. Not block 0, which anvil
  // does not keep over a restart.
  const { hash: first } = await publicClient.getBlock({ blockNumber: 1n });
  await chainStore.claim(`${chainId}:${contracts.market}:${contracts.escrow}:${first}`.toLowerCase());
  const orders = createOrderStore(database);
  const jobNotes = createJobNotes(database);
  const leaseNotes = createLeaseNotes(database);
  const ticks = createTickStore(database);
  const logs = createLogStore(database);

  const locks = createLocks();
  const signals = createJobSignals((error) => logger.error({ err: error }, "a job's listener failed"));
  const rule = { heartbeatMs: config.heartbeatMs, missedBeats: MISSED_BEATS, graceMs: config.lostGraceMs };
  const fleet = await createFleet(createNodeStore(database), rule, nowMs);

  // Queue.
  const backend = await openQueueBackend(config);
  const tasks = createTaskQueue(backend, () => driver.handlers, log);
  const outbox = createOutboxPump(createOutboxStore(database), tasks, log);

  // Index and sender.
  let started = false;
  const resume = async () => {
    const unfunded = await orders.fundable(clock.now());
    await resumeTasks({ state: index.state(), unfunded, scheduler: account.address, queue: tasks });
  };
  const clock = createChainClock(publicClient, nowMs, () => {
    if (!started) return;
    void resume().catch((error: unknown) => log.warn({ error: String(error) }, "open jobs wait for their turn"));
  });
  const indexer = createIndexer({
    publicClient,
    contracts,
    startBlock: config.startBlock,
    store: chainStore,
    clock,
    tasksOf,
    onChange(events, rolledBack) {
      announce({ events, rolledBack, state: indexer.state(), signals, notary, desk, log });
      void outbox.pump().catch((error: unknown) => log.warn({ error: String(error) }, "the outbox waits"));
    },
    log,
  });
  const index = createChainIndex({ publicClient, contracts, indexer, store: chainStore, clock });
  const trust = await createTrustBook(publicClient, contracts);
  const live = createLiveBook();
  const sources = () => ({ state: index.state(), fleet, trust, live, now: index.now() });
  const wallet = createMarketWallet(account, chain, transport, publicClient);
  const sender = createSender({
    publicClient,
    wallet,
    address: account.address,
    store: createSentStore(database),
    log,
  });
  const actions = createMarketActions({
    publicClient,
    contracts,
    chainId,
    account,
    sender,
    startWindow,
    catchUp: indexer.catchUp,
    async noteTransaction(hash, verb) {
      const found = await fetchTransaction(publicClient, hash, verb);
      if (found !== undefined) await chainStore.keepTransaction(found.transaction);
    },
  });

  // Application.
  const notary = createNotary({
    chainId,
    market: contracts.market,
    ticks,
    leaseNotes,
    actions,
    locks,
    nowMs,
    chainNow: clock.now,
  });
  const desk = createNodeDesk({
    index,
    fleet,
    orders,
    leaseNotes,
    logs,
    notary,
    live,
    signals,
    artifactsUrl: `${publicUrl}/v1/artifacts`,
    send: (node, message) => nodes.send(node, message),
    nowMs,
  });
  const nodes = createNodeServer({
    desk,
    place: { chainId, market: contracts.market, registry: contracts.registry },
    notary: market.notary,
    heartbeatMs: config.heartbeatMs,
    onLeft: fleet.left,
    isRevoked: (node) => indexer.state().nodes.get(node)?.revoked ?? false,
    log,
  });
  const driver = createJobDriver({
    index,
    actions,
    orders,
    jobNotes,
    fleet,
    signals,
    queue: () => tasks,
    locks,
    desk: createPlacementDesk({
      views: () => placementViews(sources()),
      state: index.state,
      wake: (jobId) => {
        void tasks
          .add("placeJob", { jobId })
          .catch((error: unknown) => log.warn({ jobId, error: String(error) }, "a job whose turn it is waits"));
      },
      nowMs,
    }),
    views: () => placementViews(sources()),
    scheduler: account.address,
    log,
  });
  const artifacts = await openArtifactStore({ folder: join(config.dataDir, "artifacts") });
  const reads = createMarketReads({
    index,
    orders,
    jobNotes,
    leaseNotes,
    ticks,
    fleet,
    assets: () => assetViews(sources()),
    logs,
    signals,
    outputs: createOutputManifests(artifacts, log),
    notary: market.notary,
  });
  const commands = createMarketCommands({ market, index, actions, orders, jobNotes, driver, vaultOf });

  // What happened while nobody looked, then what happens from now on.
  await sender.recover();
  await indexer.open();
  await refreshTrust(trust, index.state());
  const payments = await createPayments({
    market,
    commands,
    vaultOf,
    chainNow: clock.now,
    wallClockMs: nowMs,
    publicClient,
    walletClient: wallet.client,
    onBackgroundFailure: (jobId, error) =>
      log.warn({ jobId, error: String(error) }, "funding a job goes on in the background"),
  });
  const app = await buildHttp({
    market: { ...market, schedulerUrl: publicUrl },
    templates,
    reads,
    commands,
    artifacts,
    payments,
    vaultOf,
    chainNow: clock.now,
    newSalt: () => bytesToHex(randomBytes(32)),
    readiness: async () => ({
      database: await works(database.pool.query("SELECT 1")),
      chain: await works(publicClient.getBlockNumber({ cacheTime: 0 })),
      queue: await works(backend.queue.getJobCounts("waiting")),
    }),
    allowedOrigins: [config.webOrigin ?? new URL(market.webUrl).origin],
    logger,
  });
  nodes.attach(app.server);
  const url = await app.listen({ host: config.host, port: config.port });

  tasks.start();
  started = true;
  await resume();
  await outbox.pump();
  const loops = [
    createLoop("chain", config.chainPollMs, indexer.poll, log),
    createLoop("outbox", OUTBOX_MS, outbox.pump, log),
    createLoop("trust", TRUST_MS, () => refreshTrust(trust, index.state()), log),
    createLoop("heartbeats", BEAT_FLUSH_MS, fleet.flush, log),
  ];

  return {
    url,
    queue: backend.kind,
    async close() {
      // Who could cause new work leaves first, what it needs last.
      await Promise.all([nodes.close(), app.close()]);
      await Promise.all(loops.map((loop) => loop.stop()));
      await backend.close();
      await fleet.flush().catch(() => undefined);
      await database.close();
    },
  };
}

const works = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );
