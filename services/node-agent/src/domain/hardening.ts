import type { Shard } from "@gristmill/shared/heartbeat/nodeMessages";
import type { Workload } from "@gristmill/shared/job/workload";
import { isStrippedVariable } from "./strippedVariable.ts";

/** The account `nobody`: what every workload runs as. */
export const WORKLOAD_UID = 65_534;

/** Under /out: the state that a program saves so that it can go on elsewhere, and the name it writes the next one under. */
export const CHECKPOINT_FILE = ".checkpoint";
export const NEXT_CHECKPOINT_FILE = `${CHECKPOINT_FILE}.new`;

const PIDS_LIMIT = 256;
const TMP_MAX_BYTES = 256 * 1_048_576;
const MIB = 1_048_576;

/** What is known of an image before it runs; all of it is the buyer's, none of it is trusted. */
export interface ImageConfig {
  /** sha256 of the image's configuration: its id. 64 hex digits. */
  id: string;
  entrypoint: readonly string[];
  cmd: readonly string[];
  env: readonly string[];
  workingDir: string;
  /** Folders that the image declares as volumes. */
  volumes: readonly string[];
}

/** A container as every rung of the ladder must make it. */
export interface ContainerSpec {
  name: string;
  labels: Readonly<Record<string, string>>;
  imageId: string;
  /** Entry point and arguments, complete. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Variables of the image that must not reach the container (threat: `LD_PRELOAD` in an image's environment). */
  stripped: readonly string[];
  workingDir: string;
  uid: number;
  gid: number;
  capabilities: readonly [];
  noNewPrivileges: true;
  readOnlyRoot: true;
  network: "none";
  pids: number;
  /** Memory and swap together, bytes. */
  memoryBytes: number;
  cpuMilli: number;
  /** In-memory folders: the only writable places beside /out, counted against the memory limit. */
  tmpfs: readonly { path: string; bytes: number }[];
  binds: readonly { from: string; to: "/in" | "/out"; readOnly: boolean }[];
  /** Biggest single file, and with the watch on /out the most that may lie there, bytes. */
  maxOutputBytes: number;
  openFiles: number;
  /** Ids of real GPUs, never a count ("1" would mean "the first", whoever uses it). */
  gpuIds: readonly string[];
}

/** What the node adds to a workload. */
export interface Placement {
  leaseId: string;
  /** Short name of the market: a label. */
  marketId: string;
  /** Short name of this node: its containers carry it, so that it sweeps only its own. */
  nodeId: string;
  inDir: string;
  outDir: string;
  gpuIds: readonly string[];
  /** True when the asset's GPU is simulated: the workload is told so. */
  simulatedGpu: boolean;
  /** Which part of the job it runs, and of how many. */
  shard: Shard;
}

/** Container name of a lease, the same after a restart. */
export function containerName(nodeId: string, leaseId: string): string {
  return `gristmill-${nodeId}-${leaseId.slice(2, 18)}`;
}

/** Turns what a buyer ordered into what may run: the one place where the limits of a container are decided. */
export function containerSpec(workload: Workload, image: ImageConfig, placement: Placement): ContainerSpec {
  const env: Record<string, string> = {};
  const stripped: string[] = [];
  for (const entry of image.env) {
    const at = entry.indexOf("=");
    const name = at < 0 ? entry : entry.slice(0, at);
    if (isStrippedVariable(name)) stripped.push(name);
    else env[name] = at < 0 ? "" : entry.slice(at + 1);
  }
  for (const [name, value] of Object.entries(workload.env)) {
    if (!isStrippedVariable(name)) env[name] = value;
  }
  // After the buyer's own variables: what tells the parts of a job apart is the market's word.
  env.GRISTMILL_SHARD_INDEX = String(placement.shard.index);
  env.GRISTMILL_SHARD_COUNT = String(placement.shard.count);
  if (workload.checkpoint !== undefined) env.GRISTMILL_CHECKPOINT = `/out/${CHECKPOINT_FILE}`;
  if (placement.simulatedGpu) env.GRISTMILL_GPU = "simulated";
  const memoryBytes = workload.memoryMiB * MIB;
  const tmpBytes = Math.min(TMP_MAX_BYTES, Math.floor(memoryBytes / 2));
  const maxOutputBytes = workload.maxOutputMiB * MIB;
  return {
    name: containerName(placement.nodeId, placement.leaseId),
    labels: {
      "gristmill.market": placement.marketId,
      "gristmill.node": placement.nodeId,
      "gristmill.lease": placement.leaseId,
    },
    imageId: image.id,
    args: [...image.entrypoint, ...(workload.command.length > 0 ? workload.command : image.cmd)],
    env,
    stripped,
    workingDir: image.workingDir === "" ? "/" : image.workingDir,
    uid: WORKLOAD_UID,
    gid: WORKLOAD_UID,
    capabilities: [],
    noNewPrivileges: true,
    readOnlyRoot: true,
    network: "none",
    pids: PIDS_LIMIT,
    memoryBytes,
    cpuMilli: workload.cpuMilli,
    tmpfs: [
      { path: "/tmp", bytes: tmpBytes },
      // A declared volume would be an unlimited writable folder on the node's disk.
      ...image.volumes.filter(isPlainFolder).map((path) => ({ path, bytes: tmpBytes })),
    ],
    binds: [
      { from: placement.inDir, to: "/in", readOnly: true },
      { from: placement.outDir, to: "/out", readOnly: false },
    ],
    maxOutputBytes,
    openFiles: 1024,
    gpuIds: [...placement.gpuIds],
  };
}

function isPlainFolder(path: string): boolean {
  const taken = ["/", "/tmp", "/in", "/out"];
  return (
    path.startsWith("/") &&
    !path.split("/").includes("..") &&
    !taken.includes(path) &&
    !/^\/(proc|sys|dev)\b/.test(path)
  );
}
