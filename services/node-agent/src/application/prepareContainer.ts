import { chmod, chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { containerSpec, WORKLOAD_UID } from "../domain/hardening.ts";
import { resumeCheckpoint } from "./checkpoints.ts";
import type { LeaseContext } from "./leasePorts.ts";
import { openInput } from "./openInput.ts";
import type { RunHandle } from "./ports.ts";

/**
 * Image, inputs and container, all of it before the lease starts on chain: fetching is free to the buyer.
 * @throws BaseError `workload_failed`, `input_missing`, `artifact_corrupt`, `executor_unavailable`
 */
export async function prepareContainer(
  { ports, settings, journal, dirs }: LeaseContext,
  onProgress: (line: string) => void,
): Promise<RunHandle> {
  const { leaseId, workload, artifactsUrl, shard = { index: 0, count: 1 } } = journal.record.accepted;
  await rm(dirs.inDir, { recursive: true, force: true });
  await rm(dirs.outDir, { recursive: true, force: true });
  await mkdir(dirs.inDir, { recursive: true });
  await mkdir(dirs.outDir, { recursive: true });
  if (process.getuid?.() === 0) await chown(dirs.outDir, WORKLOAD_UID, WORKLOAD_UID);
  // Without root the workload has another uid than this agent, whatever the rung maps it to.
  else await chmod(dirs.outDir, 0o777);

  const image = await ports.executor.image(workload.image, onProgress);
  for (const { path, sha256, bytes } of workload.inputs) {
    onProgress(`fetching input ${path} (${bytes} bytes)`);
    const file = join(dirs.inDir, path);
    await ports.store.fetch(leaseId, artifactsUrl, sha256, bytes, file);
    await chmod(file, 0o444);
  }
  await resumeCheckpoint({ ports, settings, journal, dirs }, onProgress);
  await openInput(ports, workload, dirs.inDir);
  const { inDir, outDir } = dirs;
  const { marketId, nodeId, gpuIds, simulatedGpu } = settings;
  const place = { leaseId, marketId, nodeId, inDir, outDir, gpuIds, simulatedGpu, shard };
  const spec = containerSpec(workload, image, place);
  if (spec.stripped.length > 0) onProgress(`removed from the image's environment: ${spec.stripped.join(", ")}`);
  for (const limit of ports.executor.unenforced) onProgress(`${ports.executor.name} does not enforce: ${limit}`);
  return ports.executor.create(spec);
}
