import { startTracing } from "./adapters/telemetry/tracing.ts";
import { announce } from "./application/announce.ts";
import { createLostSweep } from "./application/lostSweep.ts";
import { CHAIN_PARTITION, OWNERSHIP_TURN_MS, partitionOf } from "./application/ownership.ts";
import { refreshTrust } from "./application/refreshTrust.ts";
import { resumeTasks } from "./application/tasks/resumeTasks.ts";
import { type Config, LOST_SWEEP_MS } from "./config.ts";
import { openChain } from "./container/openChain.ts";
import { openHttp } from "./container/openHttp.ts";
import { openIndex } from "./container/openIndex.ts";
import { openJobs } from "./container/openJobs.ts";
import { openKeeping } from "./container/openKeeping.ts";
import { countEvents, openMetrics, watchMarket } from "./container/openMetrics.ts";
import { openNodes } from "./container/openNodes.ts";
import { openQueue } from "./container/openQueue.ts";
import { openSharing } from "./container/openSharing.ts";
import { openStores } from "./container/openStores.ts";
import { openWebhooks } from "./container/openWebhooks.ts";
import { readSettings } from "./container/settings.ts";
import { createLoop } from "./loop.ts";

const BEAT_FLUSH_MS = 500;
/** Stake and reputation change without an event of ours; the chain checks them again at each assignment. */
const TRUST_MS = 5000;
/** Between two looks at transactions that are not mined. */
const TEND_MS = 2000;
/** Between two looks at every open job, for a queue may lose what it holds. */
const RESUME_MS = 15_000;
/** Between two looks for panels whose seed nobody kept; a chain forgets a block's hash after 256 blocks. */
const SEED_LOOK_MS = 10_000;
/** Between two looks for artifacts and keys whose time is over. */
const CLEAR_MS = 600_000;
/** Safety net: the pump also runs as soon as something was written. */
const OUTBOX_MS = 500;

export interface Scheduler {
  /** Where it listens, for example `http://127.0.0.1:8080`. */
  url: string;
  queue: "redis" | "postgres";
  /** Undefined: no port for metrics is configured. */
  metricsUrl: string | undefined;
  close(): Promise<void>;
}

/**
 * Builds the scheduler and starts it. This and the folder `container` are all that knows the adapters.
 * @throws BaseError `config_invalid`, `wrong_chain`
 */
export async function startScheduler(config: Config): Promise<Scheduler> {
  const settings = await readSettings(config);
  const { account, log } = settings;
  let started = false;

  const tracing = config.otlpEndpoint && startTracing(config.otlpEndpoint, settings.processName);
  const count = countEvents(settings);
  const chain = await openChain(settings);
  const stores = await openStores(settings, chain);
  const sharing = openSharing(settings, stores, () => {
    if (started && ownership.fence(CHAIN_PARTITION) === undefined) void indexer.poll().catch(() => undefined);
  });
  const { ownership } = sharing;
  const webhooks = await openWebhooks(settings, stores);
  const queue = await openQueue(settings, stores, () => ({
    ...jobs.driver.handlers,
    deliverWebhook: webhooks.deliver,
  }));
  const onChain = await openIndex(settings, chain, stores, sharing, {
    onClockMoved() {
      if (started) resumeSoon();
    },
    onChange(events, rolledBack) {
      for (const { fact } of events) if (fact.kind === "jobOpened" && started) jobs.placeNow(fact.jobId);
      if (started) count(events);
      const { signals } = sharing;
      announce({ events, rolledBack, state: indexer.state(), signals, notary: nodes.notary, desk: nodes.desk, log });
      void queue.outbox.pump().catch((error: unknown) => log.warn({ error: String(error) }, "the outbox waits"));
    },
  });
  const { indexer, index, trust, sender, seeds } = onChain;
  const nodes = await openNodes(settings, stores, sharing, onChain);
  const jobs = await openJobs(settings, chain, stores, sharing, queue, onChain, nodes);

  const isChainOurs = () => ownership.fence(CHAIN_PARTITION) !== undefined;
  const resume = async () => {
    const unfunded = await stores.orders.fundable(onChain.clock.now());
    await resumeTasks({ state: index.state(), unfunded, scheduler: account.address, queue: queue.tasks });
  };
  // A queue that is away waits for its turn: the market goes on without it.
  const resumeSoon = () =>
    void resume().catch((error: unknown) => log.warn({ error: String(error) }, "open jobs wait for their turn"));
  const tend = async () => {
    if (isChainOurs()) await sender.tend();
  };
  const keepSeeds = async () => {
    if (isChainOurs()) await seeds.look();
  };
  const resumeOurs = async () => {
    if (!isChainOurs()) return;
    await resume();
    for (const deliveryId of await webhooks.overdue()) await queue.tasks.add("deliverWebhook", { deliveryId });
  };
  ownership.onTaken((names) => {
    if (!started) return;
    for (const job of index.state().jobs.values()) {
      if (job.closed === null && names.includes(partitionOf(job.jobId))) jobs.placeNow(job.jobId);
    }
    if (!names.includes(CHAIN_PARTITION)) return;
    void indexer.poll().catch(() => undefined);
    resumeSoon();
  });

  // What happened while nobody looked, then what happens from now on.
  await ownership.turn();
  const renewing = createLoop("ownership", OWNERSHIP_TURN_MS, ownership.turn, log);
  await indexer.open();
  await refreshTrust(trust, index.state());
  await tend();
  const keeping = openKeeping(settings, stores, onChain, jobs);
  const app = await openHttp(settings, chain, stores, queue, onChain, jobs, keeping, webhooks, ownership.isCurrent);
  nodes.server.attach(app.server);
  watchMarket(settings, queue, onChain, nodes, sharing);
  const metrics = await openMetrics(settings);
  const url = await app.listen({ host: config.host, port: config.port });

  queue.tasks.start();
  started = true;
  for (const job of index.state().jobs.values()) if (job.closed === null) jobs.placeNow(job.jobId);
  if (isChainOurs()) resumeSoon();
  const { fleet, server } = nodes;
  const sweepLost = createLostSweep({ fleet, index, queue: queue.tasks, drop: server.drop, log });
  const loops = [
    renewing,
    createLoop("pending transactions", TEND_MS, tend, log),
    createLoop("open jobs", RESUME_MS, resumeOurs, log),
    createLoop("chain", config.chainPollMs, indexer.poll, log),
    createLoop("outbox", OUTBOX_MS, queue.outbox.pump, log),
    createLoop("trust", TRUST_MS, () => refreshTrust(trust, index.state()), log),
    createLoop("heartbeats", BEAT_FLUSH_MS, fleet.flush, log),
    createLoop("old artifacts and keys", CLEAR_MS, keeping.clearOld, log),
    createLoop("lost nodes", LOST_SWEEP_MS, sweepLost, log),
    createLoop("seeds", SEED_LOOK_MS, keepSeeds, log),
  ];

  return {
    url,
    queue: queue.backend.kind,
    metricsUrl: metrics?.url,
    async close() {
      // Who could cause new work leaves first, what it needs last. Requests under way are answered, within their time.
      const cutOff = setTimeout(() => app.server.closeAllConnections(), config.shutdownMs);
      await Promise.all([server.close(), app.close()]).finally(() => clearTimeout(cutOff));
      await Promise.all(loops.map((loop) => loop.stop()));
      await queue.outbox.stop();
      await queue.backend.close();
      await fleet.flush().catch(() => undefined);
      await ownership.close().catch(() => undefined);
      await sharing.bus.close();
      await stores.database.close();
      await metrics?.close();
      if (tracing) await tracing.close();
    },
  };
}
