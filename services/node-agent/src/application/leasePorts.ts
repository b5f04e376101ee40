import type { CaptureQueue } from "./captureQueue.ts";
import type {
  ArtifactStore,
  Clock,
  Executor,
  InferencePort,
  InputOpener,
  LeaseJournal,
  MarketChain,
  Reporter,
  SchedulerLink,
  UsageProverPort,
} from "./ports.ts";
import type { ProofQueue } from "./proofQueue.ts";

/** What running a lease needs. */
export interface LeasePorts {
  chain: MarketChain;
  link: SchedulerLink;
  store: ArtifactStore;
  prover: UsageProverPort;
  proofs: ProofQueue;
  captures: CaptureQueue;
  inference: InferencePort;
  inputs: InputOpener;
  executor: Executor;
  clock: Clock;
  report: Reporter;
}

export interface LeaseSettings {
  marketId: string;
  nodeId: string;
  /** Folder of the leases' own folders. */
  leasesDir: string;
  gpuIds: readonly string[];
  simulatedGpu: boolean;
  tickSeconds: number;
  /** How long the notary may be away before billing and workload stop, milliseconds. */
  notaryGraceMs: number;
  /** Most characters of log that a workload may send. */
  maxLogChars: number;
}

/** One lease under way. */
export interface LeaseContext {
  ports: LeasePorts;
  settings: LeaseSettings;
  journal: LeaseJournal;
  dirs: LeaseDirs;
}

/** Folders of a lease. */
export interface LeaseDirs {
  root: string;
  inDir: string;
  outDir: string;
  logPosition: string;
  /** Copy of the program's saved state while it is stored. */
  checkpoint: string;
}
