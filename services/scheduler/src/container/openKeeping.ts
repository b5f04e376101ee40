import { sweepArtifacts } from "../adapters/artifact/sweepArtifacts.ts";
import { createIdempotencyStore } from "../adapters/http/idempotency/createIdempotencyStore.ts";
import type { OpenedIndex } from "./openIndex.ts";
import type { OpenedJobs } from "./openJobs.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

/** What is kept for a stated time, and what clears it away afterwards. */
export function openKeeping(
  { templates, log }: Settings,
  { database }: Stores,
  { clock }: OpenedIndex,
  { artifacts }: OpenedJobs,
) {
  const samples = templates.flatMap(({ sampleInputs }) => sampleInputs.map(({ sha256 }) => sha256));
  const idempotency = createIdempotencyStore(database.pool);
  return {
    idempotency,
    async clearOld(): Promise<void> {
      await idempotency.purge();
      const deleted = await sweepArtifacts({ pool: database.pool, artifacts, samples, chainNow: clock.now });
      if (deleted > 0) log.info({ deleted }, "artifacts were deleted that nobody was promised any longer");
    },
  };
}
export type OpenedKeeping = ReturnType<typeof openKeeping>;
