import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { chooseExecutor } from "./adapters/chooseExecutor.ts";
import { claimDataDir } from "./adapters/claimDataDir.ts";
import { openDatasets } from "./adapters/datasets/openDatasets.ts";
import { measure } from "./adapters/gpu/benchmark.ts";
import { stableManifest, takeInventory } from "./adapters/gpu/inventory.ts";
import { nvidiaGpus } from "./adapters/gpu/nvidiaSmi.ts";
import { nodeKey } from "./adapters/keys/nodeKey.ts";
import { readMarket } from "./adapters/readMarket.ts";
import { systemClock } from "./adapters/systemClock.ts";
import { terminalReporter } from "./adapters/terminalReporter.ts";
import { readConfig } from "./config.ts";
import { assemble, executorLadder } from "./container.ts";
import { watchPairing } from "./watchPairing.ts";

const usage = `The node agent: offers this machine on a Gristmill market and runs what is leased.

  node services/node-agent/src/main.ts [--json] [--remeasure]
  node services/node-agent/src/main.ts --status

  --status     what the agent of this DATA_DIR is doing
  --remeasure  run the benchmark again (changes the manifest: the asset must be renewed on chain)
  --json       one JSON object a line instead of text

Settings are environment variables; docs/node-agent.md names them.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      remeasure: { type: "boolean", default: false },
      status: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const config = readConfig(process.env);
  const statusFile = join(config.DATA_DIR, "status.json");
  if (values.status) {
    process.stdout.write(
      existsSync(statusFile) ? readFileSync(statusFile, "utf8") : "the agent has not run here yet\n",
    );
    return;
  }
  const report = terminalReporter({ json: values.json });
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  await claimDataDir(config.DATA_DIR);

  const market = await readMarket(config.MARKET_FILE ? { file: config.MARKET_FILE } : { url: config.MARKET_URL ?? "" });
  report.step("market", `${market.network}, scheduler ${market.schedulerUrl}`);
  const { account, inputKey, created } = await nodeKey(config.KEY_FILE, config.KEY_PASSWORD_FILE);
  report.step("key", `${account.address} ${created ? `made and encrypted in ${config.KEY_FILE}` : "opened"}`);
  report.step("provider", config.PROVIDER);
  const { executor, why } = await chooseExecutor(executorLadder(config), config.EXECUTOR);
  report.step("executor", `${executor.name}, ${why}`);
  for (const limit of executor.unenforced) report.warn("executor", `${executor.name} does not enforce: ${limit}`);

  const gpuRefusal = await executor.gpuRefusal();
  if (config.GPU.kind === "auto" && gpuRefusal !== undefined && (await nvidiaGpus()).length > 0) {
    report.warn("gpu", `found, but not offered: ${gpuRefusal}`);
  }
  const found = await takeInventory(config, account.address, inputKey.encryptionKey, executor.name, gpuRefusal);
  const [gpu] = found.gpus;
  report.step(
    "gpu",
    gpu === undefined
      ? "none used: the machine's CPU is offered"
      : gpu.simulated
        ? `${gpu.model}, ${gpu.vramMiB} MiB: SIMULATED, the CPU does the work, and buyers see that`
        : found.gpus.map(({ model, vramMiB }) => `${model} (${vramMiB} MiB)`).join(", "),
  );
  const { manifest, measured } = stableManifest(join(config.DATA_DIR, "manifest.json"), found, {
    remeasure: values.remeasure,
    measure: () => measure(config.DATA_DIR, systemClock.nowMs),
  });
  const { fp32MilliGflops, memoryMiBPerSecond, diskMiBPerSecond, device } = manifest.benchmark;
  report.step(
    "benchmark",
    `${device}: ${(fp32MilliGflops / 1000).toFixed(2)} GFLOPS fp32 on one core, memory ${memoryMiBPerSecond} MiB/s, ` +
      `disk ${diskMiBPerSecond} MiB/s${measured ? "" : " (measured earlier)"}`,
  );
  report.step("manifest", manifestHash(manifest));

  const datasets = await openDatasets(config.DATASETS_DIR);
  if (datasets.size > 0) report.step("datasets", `${datasets.size} that jobs need not fetch`);
  const node = assemble({
    config,
    market,
    account,
    inputKey: inputKey.privateKey,
    manifest,
    executor,
    datasets,
    report,
  });
  const leaving = new AbortController();
  let stage = "starting";
  const writeStatus = () => {
    const status = {
      ...{ pid: process.pid, at: new Date().toISOString(), node: account.address, provider: config.PROVIDER, stage },
      ...{
        executor: executor.name,
        connected: node.link.isWelcome,
        draining: node.agent.draining,
        leases: node.agent.leases(),
        proofs: node.proofs(),
      },
    };
    writeFileSync(`${statusFile}.new`, `${JSON.stringify(status, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${statusFile}.new`, statusFile);
  };
  const statusTimer = setInterval(writeStatus, 2_000);

  let signals = 0;
  const leave = () => {
    signals++;
    if (signals > 2) process.exit(1);
    if (signals === 2) {
      report.warn(
        "leaving",
        "stopping what runs; what was metered is proven and captured first (once more: leave at once)",
      );
      node.agent.stopAll("the owner of the machine stopped it");
      return;
    }
    const count = node.agent.leases().length;
    if (count > 0) report.step("leaving", "no new leases; waiting for the running one (once more: stop it)");
    void node.agent.drain().then(() => {
      stage = "stopped";
      clearInterval(statusTimer);
      writeStatus();
      leaving.abort();
      node.close();
      report.step("stopped", "nothing runs here any more");
      process.exit(0);
    });
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);

  await node.agent.recover();
  await watchPairing(node, {
    ...{ market, provider: config.PROVIDER, report, signal: leaving.signal },
    onStage: (text) => {
      stage = text;
    },
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`node agent: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
