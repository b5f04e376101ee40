import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { templateSchema } from "@gristmill/shared/api/views";
import { marketSchema } from "@gristmill/shared/chain/market";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { newSessionKeyPair } from "@gristmill/shared/heartbeat/nodeSession";
import type { JobId } from "@gristmill/shared/ids/ids";
import { bytesToHex, isAddressEqual } from "viem";
import { z } from "zod";
import { createArtifactGrants } from "./adapters/artifact/createArtifactGrants.ts";
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
import { createOwnershipStore } from "./adapters/db/ownershipStore.ts";
import { createPlacementStore } from "./adapters/db/placementStore.ts";
import { createSentStore } from "./adapters/db/sentStore.ts";
import { openSignalBus } from "./adapters/db/signalBus.ts";
import { createTickStore } from "./adapters/db/tickStore.ts";
import { createSessions } from "./adapters/http/access/sessions.ts";
import { buildHttp } from "./adapters/http/buildHttp.ts";
import { createOutboxPump } from "./adapters/queue/outboxPump.ts";
import { openQueueBackend } from "./adapters/queue/queueBackend.ts";
import { createTaskQueue } from "./adapters/queue/taskQueue.ts";
import { readJsonFile } from "./adapters/readJsonFile.ts";
import { readKeyFile } from "./adapters/readKeyFile.ts";
import { createPayerMarks } from "./adapters/session/payerMarks.ts";
import { createSessionStore } from "./adapters/session/sessionStore.ts";
import { verifySignIn } from "./adapters/session/verifySignIn.ts";
import { createNodeServer } from "./adapters/ws/nodeServer.ts";
import { createPayments } from "./adapters/x402/createPayments.ts";
import { announce } from "./application/announce.ts";
import { assetViews, placementViews } from "./application/assetViews.ts";
import { createMarketCommands } from "./application/commands.ts";
import { createDecisions } from "./application/decisions.ts";
import { createFleet } from "./application/fleet.ts";
import { createJobDriver } from "./application/jobDriver.ts";
import { createLocks } from "./application/jobLocks.ts";
import { createJobSignals } from "./application/jobSignals.ts";
import { createLiveBook } from "./application/liveBook.ts";
import { createLostSweep } from "./application/lostSweep.ts";
import { createNodeDesk } from "./application/nodeDesk.ts";
import { createNotary } from "./application/notary.ts";
import { CHAIN_PARTITION, createOwnership, OWNERSHIP_TURN_MS, partitionOf } from "./application/ownership.ts";
import { createPlacementDesk } from "./application/placementDesk.ts";
import { createMarketReads } from "./application/reads.ts";
import { refreshTrust } from "./application/refreshTrust.ts";
import { resumeTasks } from "./application/tasks/resumeTasks.ts";
import { tasksOf } from "./application/tasks/tasksOf.ts";
import { type Config, LOST_SWEEP_MS, MISSED_BEATS } from "./config.ts";
import { createLogger } from "./logger.ts";
import { createLoop } from "./loop.ts";

const BEAT_FLUSH_MS = 500;
/** Stake and reputation change without an event of ours; the chain checks them again at each assignment. */
const TRUST_MS = 5000;
/** Between two looks at transactions that are not mined. */
const TEND_MS = 2000;
/** Between two looks at every open job, for a queue may lose what it holds. */
const RESUME_MS = 15_000;
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
  /** Unix milliseconds by a clock that goes on steadily when the machine's time is set anew. */
  const nowMs = () => Math.round(performance.timeOrigin + performance.now());
  const processName = randomUUID();

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
  const signals = createJobSignals(
    (error) => logger.error({ err: error }, "a job's listener failed"),
    (jobId) => bus.tell(jobId),
  );
  const bus = openSignalBus(
    database,
    config.databaseUrl,
    {
      onJob: signals.heard,
      onChain() {
        if (started && ownership.fence(CHAIN_PARTITION) === undefined) void indexer.poll().catch(() => undefined);
      },
    },
    log,
  );
  const ownership = createOwnership({ store: createOwnershipStore(database), owner: processName, nowMs, log });
  const fenceOf = (jobId: JobId) => ownership.fence(partitionOf(jobId));
  const rule = { heartbeatMs: config.heartbeatMs, missedBeats: MISSED_BEATS, graceMs: config.lostGraceMs };
  const fleet = await createFleet(
    createNodeStore(database, processName),
    { ...rule, reconnectMs: config.reconnectMs },
    nowMs,
  );

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
    fence: () => ownership.fence(CHAIN_PARTITION),
    clock,
    tasksOf,
    onChange(events, rolledBack) {
      for (const { fact } of events) if (fact.kind === "jobOpened" && started) placeNow(fact.jobId);
      announce({ events, rolledBack, state: indexer.state(), signals, notary, desk, log });
      void outbox.pump().catch((error: unknown) => log.warn({ error: String(error) }, "the outbox waits"));
    },
    log,
  });
  const index = createChainIndex({ publicClient, contracts, indexer, store: chainStore, clock });
  const trust = await createTrustBook(publicClient, contracts);
  const live = createLiveBook();
  const sources = () => ({ state: index.state(), fleet, trust, live, now: index.now() });
  const sent = createSentStore(database);
  const wallet = createMarketWallet(account, chain, transport, publicClient, sent);
  const sender = createSender({
    publicClient,
    wallet,
    address: account.address,
    store: sent,
    outbidAfterMs: config.outbidAfterMs,
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
  const keys = newSessionKeyPair();
  const nodes = createNodeServer({
    desk,
    place: { chainId, market: contracts.market, registry: contracts.registry, scheduler: account.address },
    keys,
    keySignature: await account.signTypedData({
      domain: marketDomain(chainId, contracts.market),
      types: { Challenge: marketTypes.Challenge },
      primaryType: "Challenge",
      message: { scheduler: account.address, schedulerKey: keys.publicKey },
    }),
    notary: market.notary,
    beatEveryMs: fleet.beatEveryMs,
    nowMs,
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
      wake: (jobId) => placeNow(jobId),
      nowMs,
    }),
    views: () => placementViews(sources()),
    decisions: createDecisions({ store: createPlacementStore(database), owner: processName, fenceOf }),
    fenceOf,
    scheduler: account.address,
    log,
  });
  const artifacts = await openArtifactStore({ folder: join(config.dataDir, "artifacts") });
  const grants = createArtifactGrants(database.pool);
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
    outputs: createOutputManifests(artifacts, grants, log),
    notary: market.notary,
  });
  const commands = createMarketCommands({ market, index, actions, orders, jobNotes, driver, vaultOf });

  const sweepLost = createLostSweep({ fleet, index, queue: tasks, drop: nodes.drop, log });

  /** Looks at a job now if this process decides for it; the queue's task comes later, in case nothing came of it. */
  const placeNow = (jobId: JobId) => {
    if (fenceOf(jobId) === undefined) return;
    void driver.handlers.placeJob({ jobId }).catch((error: unknown) => {
      log.info({ jobId, error: String(error) }, "a job is placed at the queue's next look");
    });
  };
  const tend = async () => {
    if (ownership.fence(CHAIN_PARTITION) !== undefined) await sender.tend();
  };
  const resumeAll = async () => {
    if (ownership.fence(CHAIN_PARTITION) !== undefined) await resume();
  };
  ownership.onTaken((names) => {
    if (!started) return;
    for (const job of index.state().jobs.values()) {
      if (job.closed === null && names.includes(partitionOf(job.jobId))) placeNow(job.jobId);
    }
    if (names.includes(CHAIN_PARTITION)) {
      void indexer.poll().catch(() => undefined);
      void resume().catch((error: unknown) => log.warn({ error: String(error) }, "open jobs wait for their turn"));
    }
  });

  // What happened while nobody looked, then what happens from now on.
  await ownership.turn();
  const renewing = createLoop("ownership", OWNERSHIP_TURN_MS, ownership.turn, log);
  await indexer.open();
  await refreshTrust(trust, index.state());
  await tend();
  const payments = await createPayments({
    market,
    commands,
    vaultOf,
    chainNow: clock.now,
    wallClockMs: nowMs,
    publicClient,
    walletClient: wallet.client,
    marks: createPayerMarks(database),
    onBackgroundFailure: (jobId, error) =>
      log.warn({ jobId, error: String(error) }, "funding a job goes on in the background"),
  });
  const app = await buildHttp({
    market: { ...market, schedulerUrl: publicUrl },
    templates,
    reads,
    commands,
    artifacts,
    grants,
    sessions: createSessions(createSessionStore(database), nowMs),
    verifySignIn: verifySignIn(publicClient),
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
  for (const job of index.state().jobs.values()) if (job.closed === null) placeNow(job.jobId);
  // A queue that is away waits for its turn: the market goes on without it.
  void resumeAll().catch((error: unknown) => log.warn({ error: String(error) }, "open jobs wait for their turn"));
  const loops = [
    renewing,
    createLoop("pending transactions", TEND_MS, tend, log),
    createLoop("open jobs", RESUME_MS, resumeAll, log),
    createLoop("chain", config.chainPollMs, indexer.poll, log),
    createLoop("outbox", OUTBOX_MS, outbox.pump, log),
    createLoop("trust", TRUST_MS, () => refreshTrust(trust, index.state()), log),
    createLoop("heartbeats", BEAT_FLUSH_MS, fleet.flush, log),
    createLoop("lost nodes", LOST_SWEEP_MS, sweepLost, log),
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
      await ownership.close().catch(() => undefined);
      await bus.close();
      await database.close();
    },
  };
}

/** What does not answer in this time does not work. */
const READY_MS = 2000;

const works = (question: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    new Promise<false>((resolve) => setTimeout(resolve, READY_MS, false).unref()),
  ]);
