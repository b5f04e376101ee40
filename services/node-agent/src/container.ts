import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Market } from "@gristmill/shared/chain/market";
import { type InputKey, openSealedInput } from "@gristmill/shared/inference/sealedInput";
import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { PrivateKeyAccount } from "viem/accounts";
import { bwrapExecutor } from "./adapters/bwrap/bwrapExecutor.ts";
import { marketChain } from "./adapters/chain/marketChain.ts";
import { type Datasets, withDatasets } from "./adapters/datasets/withDatasets.ts";
import { dockerExecutor } from "./adapters/docker/dockerExecutor.ts";
import { diskFreeMiB } from "./adapters/gpu/diskFreeMiB.ts";
import { gpuUtilisation } from "./adapters/gpu/nvidiaSmi.ts";
import { storedImages } from "./adapters/images/storedImages.ts";
import { journalFile, openLeaseJournal } from "./adapters/journal/leaseJournal.ts";
import { inferenceProver } from "./adapters/prover/inferenceProver.ts";
import { usageProver } from "./adapters/prover/usageProver.ts";
import { runcExecutor } from "./adapters/runc/runcExecutor.ts";
import { artifactStore } from "./adapters/scheduler/artifactStore.ts";
import { schedulerLink } from "./adapters/scheduler/schedulerLink.ts";
import { schedulerSession } from "./adapters/scheduler/schedulerSession.ts";
import { systemClock } from "./adapters/systemClock.ts";
import { type Agent, createAgent } from "./application/agent.ts";
import { createCaptureQueue } from "./application/captureQueue.ts";
import type { Executor, Reporter } from "./application/ports.ts";
import { createProofQueue } from "./application/proofQueue.ts";
import type { Config } from "./config.ts";

const PAIRING_SECONDS = 7 * 86_400;

/** Contents that one message names. */
const MAX_HELD = 512;

/** Every rung of the ladder, best first. */
export function executorLadder(config: Pick<Config, "DOCKER_HOST" | "IMAGE_STORE" | "DATA_DIR">): Executor[] {
  const { IMAGE_STORE: imageStore, DATA_DIR: dataDir } = config;
  return [
    dockerExecutor({ host: config.DOCKER_HOST, imageStore, gpuPercent: gpuUtilisation }),
    runcExecutor({ dataDir, imageStore }),
    bwrapExecutor({ dataDir, imageStore }),
  ];
}

/** Puts the agent together: the only place that names concrete adapters. */
export function assemble(options: {
  config: Config;
  market: Market;
  account: PrivateKeyAccount;
  /** Opens inputs that were sealed for the key in the manifest. */
  inputKey: InputKey;
  manifest: Manifest;
  executor: Executor;
  datasets: Datasets;
  report: Reporter;
}) {
  const { config, market, account, inputKey, manifest, executor, datasets, report } = options;
  const chain = marketChain(market, config.RPC_URL ?? market.rpcUrl, account);
  const leasesDir = join(config.DATA_DIR, "leases");
  const prover = usageProver({
    maxRssMiB: config.PROVER_MEMORY_MIB,
    ...(config.PROVER_PROGRAM !== undefined && { program: config.PROVER_PROGRAM }),
  });
  const inference = inferenceProver({
    maxRssMiB: config.PROVER_MEMORY_MIB,
    privateModelsDir: config.PRIVATE_MODELS_DIR,
  });
  const proofs = createProofQueue(config.PROOF_QUEUE);
  // Set right below: agent and link know each other.
  let agent: Agent | undefined;
  const link = schedulerLink({
    ...{
      schedulerUrl: market.schedulerUrl,
      manifest,
      report,
      chainId: market.chainId,
      market: market.contracts.market,
      scheduler: market.scheduler,
    },
    signHandshake: chain.signHandshake,
    isSchedulerKey: chain.isSchedulerKey,
    async pairing() {
      const deadline = (await chain.chainTime()) + PAIRING_SECONDS;
      return { provider: config.PROVIDER, deadline, signature: await chain.signPairing(config.PROVIDER, deadline) };
    },
    leases: () => agent?.leases() ?? [],
    draining: () => agent?.draining ?? false,
    inventory: () => ({
      diskFreeMiB: diskFreeMiB(config.DATA_DIR),
      holds: [...datasets.keys(), ...storedImages(config.IMAGE_STORE)].slice(0, MAX_HELD),
      models: inference.models().map(String),
    }),
    onLease: (hint) => agent?.onLease(hint),
    onStop: (leaseId, reason) => agent?.onStop(leaseId, reason),
  });
  const real = manifest.gpus.filter((gpu) => !gpu.simulated);
  agent = createAgent({
    ports: {
      chain,
      link,
      store: withDatasets(
        artifactStore(market.schedulerUrl, schedulerSession(market.schedulerUrl, market.chainId, account)),
        datasets,
      ),
      prover,
      proofs,
      captures: createCaptureQueue({ chain, report }),
      inference,
      inputs: {
        open: (sealed, workload) =>
          openSealedInput(
            sealed,
            { node: account.address, privateKey: inputKey },
            { chainId: market.chainId, market: market.contracts.market, workload },
          ),
      },
      executor,
      clock: systemClock,
      report,
    },
    settings: {
      marketId: config.MARKET_ID ?? short(market.contracts.market),
      // Two agents on one engine must not sweep each other away.
      nodeId: short(`${market.contracts.market}:${account.address}`),
      leasesDir,
      gpuIds: real.map((gpu) => gpu.uuid),
      simulatedGpu: manifest.gpus.some((gpu) => gpu.simulated),
      tickSeconds: config.TICK_SECONDS,
      notaryGraceMs: config.NOTARY_GRACE_SECONDS * 1000,
      maxLogChars: config.MAX_LOG_MIB * 1_048_576,
    },
    facts: {
      node: account.address,
      provider: config.PROVIDER,
      cpuCores: manifest.cpuCores,
      memoryMiB: manifest.memoryMiB,
    },
    escrow: market.contracts.escrow,
    openJournal: (leaseId, first) => openLeaseJournal(journalFile(leasesDir, leaseId), first),
    hasJournal: (leaseId) => existsSync(journalFile(leasesDir, leaseId)),
  });
  return {
    agent,
    chain,
    link,
    /** How the proofs stand, for the status. */
    proofs: () => ({ ...proofs.state, stage: prover.stage }),
    close() {
      link.close();
      prover.close();
      inference.close();
    },
  };
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
