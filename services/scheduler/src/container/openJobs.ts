import { join } from "node:path";
import { createArtifactGrants } from "../adapters/artifact/createArtifactGrants.ts";
import { openArtifactStore } from "../adapters/artifact/openArtifactStore.ts";
import { createOutputManifests } from "../adapters/artifact/outputManifests.ts";
import { assetViews, placementViews } from "../application/assetViews.ts";
import { createMarketCommands } from "../application/commands.ts";
import { createDecisions } from "../application/decisions.ts";
import { createJobDriver } from "../application/jobDriver.ts";
import { createPlacementDesk } from "../application/placementDesk.ts";
import { createPlacementSnapshot } from "../application/placementSnapshot.ts";
import { createMarketReads } from "../application/reads.ts";
import type { OpenedChain } from "./openChain.ts";
import type { OpenedIndex } from "./openIndex.ts";
import type { OpenedNodes } from "./openNodes.ts";
import type { OpenedQueue } from "./openQueue.ts";
import type { Sharing } from "./openSharing.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

export type OpenedJobs = Awaited<ReturnType<typeof openJobs>>;

/** Everything about jobs: what drives them, what may be asked of them, and their artifacts. */
export async function openJobs(
  { config, market, account, nowMs, processName, log }: Settings,
  { vaultOf }: OpenedChain,
  { database, orders, jobNotes, leaseNotes, checkpoints, ticks, logs, placements }: Stores,
  { locks, signals, fenceOf }: Sharing,
  { tasks }: OpenedQueue,
  { index, trust, actions }: OpenedIndex,
  { fleet, live }: OpenedNodes,
) {
  const sources = () => ({ state: index.state(), fleet, trust, live, now: index.now() });
  const views = () => placementViews(sources());
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
      views: createPlacementSnapshot(sources, nowMs),
      state: index.state,
      wake: (jobId) => placeNow(jobId),
      nowMs,
    }),
    views,
    decisions: createDecisions({ store: placements, owner: processName, fenceOf }),
    fenceOf,
    scheduler: account.address,
    log,
  });
  /** Looks at a job now if this process decides for it; the queue's task comes later, in case nothing came of it. */
  const placeNow = (jobId: Parameters<typeof fenceOf>[0]) => {
    if (fenceOf(jobId) === undefined) return;
    void driver.handlers.placeJob({ jobId }).catch((error: unknown) => {
      log.info({ jobId, error: String(error) }, "a job is placed at the queue's next look");
    });
  };
  const artifacts = await openArtifactStore({ folder: join(config.dataDir, "artifacts") });
  const grants = createArtifactGrants(database.pool);
  const reads = createMarketReads({
    index,
    orders,
    jobNotes,
    leaseNotes,
    ticks,
    checkpoints,
    fleet,
    assets: () => assetViews(sources()),
    logs,
    signals,
    outputs: createOutputManifests(artifacts, grants, log),
    notary: market.notary,
  });
  const commands = createMarketCommands({ market, index, actions, orders, jobNotes, driver, vaultOf });
  return { driver, placeNow, artifacts, grants, reads, commands };
}
