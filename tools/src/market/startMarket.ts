import { join } from "node:path";
import type { Market } from "@gristmill/shared/chain/market";
import { buildDir, millDir } from "../checkout.ts";
import type { Say } from "../cli/say.ts";
import { onShutdown } from "../cli/shutdown.ts";
import { type JobTemplate, jobTemplates } from "../images/jobTemplates.ts";
import { type Chain, startChain } from "../services/chain.ts";
import { startDocker } from "../services/docker.ts";
import { choosePort } from "../services/ports.ts";
import { startPostgres } from "../services/postgres.ts";
import { reclaimProcess, type SupervisedProcess } from "../services/process.ts";
import { namedRedis } from "../services/redis.ts";
import { ServiceError } from "../services/serviceError.ts";
import { waitForHttp } from "../services/waitUntil.ts";
import { whileRunning } from "../services/whileRunning.ts";
import { buildMarket, buildWeb } from "./buildMarket.ts";
import { type ChainClient, chainClient } from "./chainClient.ts";
import { localProvider } from "./localProvider.ts";
import { writeMarketFile } from "./marketFile.ts";
import { deployMarket, forgetMarketData, resumedDeployment } from "./marketState.ts";
import { registerModels } from "./models.ts";
import { localNodes, startNode } from "./nodeProcess.ts";
import { bringToMarket, type SentTransaction } from "./provider.ts";
import { startScheduler } from "./schedulerProcess.ts";
import { storeSamples, writeTemplates } from "./templates.ts";
import { startWeb } from "./webProcess.ts";

/** A local market that runs until `stop`. */
export interface RunningMarket {
  market: Market;
  templates: readonly JobTemplate[];
  provider: ChainClient;
  /** For one more node: the engine, where there is one, and the folder of image archives. */
  dockerHost: string | undefined;
  imageStore: string;
  /** What the provider sent to bring its machines to market. */
  transactions: readonly SentTransaction[];
  /** Resolves with a name when something ended by itself that the market cannot do without. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

/** Which folder of images the nodes may load from. */
const imageStore = join(buildDir, "images");

/**
 * Builds and starts everything: chain, contracts, database, scheduler, two nodes with listed assets, dApp. Goes on with the
 * saved market of an earlier start when the contracts are the same.
 * @throws {ServiceError} naming what could not start and what to do; whatever had started is stopped
 */
export async function startMarket(say: Say): Promise<RunningMarket> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end().catch(() => undefined);
  };
  onShutdown("market", stop);
  try {
    return await assemble(say, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(say: Say, stops: (() => Promise<void>)[], stop: () => Promise<void>): Promise<RunningMarket> {
  await buildMarket(say);
  await buildWeb(say);

  let templates: JobTemplate[] = [];
  await say.step("Job image", async () => {
    templates = jobTemplates(imageStore);
    const images = new Set(templates.map(({ image }) => image.reference));
    return [...images].map((reference) => reference.replace(/(sha256:.{12}).*/, "$1…")).join(", ");
  });

  let chain = undefined as Chain | undefined;
  let provider = undefined as ChainClient | undefined;
  let deployment = undefined as Awaited<ReturnType<typeof resumedDeployment>>;
  await say.step("Chain", async () => {
    chain = await startChain({ millDir });
    provider = chainClient(chain.rpcUrl, chain.chainId, await localProvider());
    deployment = await resumedDeployment(provider);
    if (!deployment) {
      await chain.stop();
      forgetMarketData();
      chain = await startChain({ millDir, fresh: true });
    }
    stops.push(chain.stop);
    return `${chain.chainId} at ${chain.rpcUrl}${deployment ? ", resumed" : ""}`;
  });
  if (!chain || !provider) throw new ServiceError("chain", "did not start", "See .mill/logs/chain.log");
  const running: Chain = chain;
  const providerChain: ChainClient = provider;

  await say.step("Contracts on chain", async () => {
    if (deployment) return "as before";
    deployment = await deployMarket(running, providerChain);
    return `${Object.keys(deployment.contracts).length} deployed`;
  });
  if (!deployment) throw new ServiceError("contracts", "were not deployed", "See .mill/logs/deploy.log");

  const { models } = deployment.contracts;
  if (models) {
    await say.step("Models", async () => {
      templates = await registerModels(providerChain, models, templates);
      const registered = templates.flatMap(({ template }) => template.inference ?? []);
      return registered.map(({ weights, shape }) => `${weights} ${shape.sizes.join("-")}`).join(", ");
    });
  }

  // After a crash they may still hold the ports that clients know.
  for (const name of ["scheduler", "web"]) await reclaimProcess(millDir, name);
  const schedulerPort = await choosePort(millDir, "scheduler");
  const webPort = await choosePort(millDir, "web");
  const urls = {
    rpcUrl: running.rpcUrl,
    schedulerUrl: `http://127.0.0.1:${schedulerPort}`,
    webUrl: `http://127.0.0.1:${webPort}`,
  };
  const market = writeMarketFile(urls, deployment);
  // What the market cannot do without, by name; and its nodes, of which one is enough.
  const essential: [name: string, exited: Promise<unknown> | undefined][] = [["chain", running.exited]];
  const nodes: SupervisedProcess[] = [];
  let open = true;
  const answers = async (process: SupervisedProcess, url: string) => {
    const ended = new AbortController();
    void process.exited.then(() => ended.abort());
    if (await waitForHttp(url, { timeoutMs: 60_000, signal: ended.signal })) return;
    throw new ServiceError(process.name, `does not answer at ${url}:\n${process.tail()}`, `See ${process.logFile}`);
  };

  await say.step("Scheduler", async () => {
    const postgres = await startPostgres({ millDir, durable: true });
    stops.push(postgres.stop);
    essential.push(["postgres", postgres.exited]);
    const templatesFile = join(millDir, "market", "templates.json");
    writeTemplates(templatesFile, templates);
    const redisUrl = await namedRedis();
    const process_ = await startScheduler({
      port: schedulerPort,
      databaseUrl: postgres.url,
      redisUrl,
      webUrl: market.webUrl,
      templatesFile,
    });
    stops.push(process_.stop);
    essential.push([process_.name, process_.exited]);
    await answers(process_, `${market.schedulerUrl}/readyz`);
    await storeSamples(market.schedulerUrl, templates);
    return `${market.schedulerUrl}, queue on ${redisUrl ? "Redis" : "Postgres"}`;
  });

  let dockerHost: string | undefined;
  await say.step("Container engine", async () => {
    const docker = await startDocker({ millDir });
    stops.push(docker.stop);
    if (docker.rung === "docker") {
      dockerHost = docker.host;
      essential.push(["docker", docker.exited]);
      return `Docker (${docker.origin === "own" ? "our own" : docker.origin})`;
    }
    return `no Docker (${docker.reasons.join("; ")}): the nodes take the next rung`;
  });

  const transactions: SentTransaction[] = [];
  for (const node of localNodes) {
    await say.step(`Node ${node.name}`, async () => {
      const agent = await startNode(node, { dockerHost, imageStore });
      stops.push(agent.stop, async () => {
        open = false;
      });
      nodes.push(agent);
      const asset = await whileRunning(agent, bringToMarket(providerChain, market, node.name, node.pricePerSecond));
      void agent.exited.then(() => {
        if (open) say.line(`  ${agent.name} ended by itself: see ${agent.logFile}`);
      });
      transactions.push(...asset.transactions);
      const { manifest } = asset.node;
      const gpu = manifest.gpus[0];
      const what = gpu ? `${gpu.model}, ${gpu.vramMiB / 1024} GiB` : "CPU only";
      return `asset ${asset.assetId}: ${what}, jobs run in ${manifest.executor}`;
    });
  }

  await say.step("dApp", async () => {
    const web = await startWeb(webPort);
    stops.push(web.stop);
    essential.push([web.name, web.exited]);
    await answers(web, market.webUrl);
    return market.webUrl;
  });

  const broken = Promise.race([
    ...essential.flatMap(([name, exited]) => (exited ? [exited.then(() => name)] : [])),
    Promise.all(nodes.map(({ exited }) => exited)).then(() => nodes.at(-1)?.name ?? "node"),
  ]);
  return { market, templates, provider: providerChain, dockerHost, imageStore, transactions, broken, stop };
}
