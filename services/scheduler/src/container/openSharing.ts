import type { JobId } from "@gristmill/shared/ids/ids";
import { openSignalBus } from "../adapters/db/signalBus.ts";
import { createLocks } from "../application/jobLocks.ts";
import { createJobSignals } from "../application/jobSignals.ts";
import { createOwnership, partitionOf } from "../application/ownership.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

export type Sharing = ReturnType<typeof openSharing>;

/** How scheduler processes share one market: who decides for what, and what they tell each other. */
export function openSharing(settings: Settings, stores: Stores, onChain: () => void) {
  const { config, logger, log, nowMs, processName } = settings;
  const signals = createJobSignals(
    (error) => logger.error({ err: error }, "a job's listener failed"),
    (jobId) => bus.tell(jobId),
  );
  const bus = openSignalBus(stores.database, config.databaseUrl, { onJob: signals.heard, onChain }, log);
  const ownership = createOwnership({ store: stores.ownership, owner: processName, nowMs, log });
  const fenceOf = (jobId: JobId) => ownership.fence(partitionOf(jobId));
  return { locks: createLocks(), signals, bus, ownership, fenceOf };
}
