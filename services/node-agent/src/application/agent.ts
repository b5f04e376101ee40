import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type LeaseId, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { type Address, isAddressEqual } from "viem";
import { leaseRefusal, type NodeFacts } from "../domain/checkLease.ts";
import { containerName } from "../domain/hardening.ts";
import type { JournalEntry } from "../domain/journalEntry.ts";
import { createLeaseControl, type LeaseControl } from "./leaseControl.ts";
import type { LeaseDirs, LeasePorts, LeaseSettings } from "./leasePorts.ts";
import type { Hint, LeaseJournal } from "./ports.ts";
import { runLease } from "./runLease.ts";
import { untilDone } from "./untilDone.ts";

type Journal = LeaseJournal & { close(): void };

export interface AgentOptions {
  ports: LeasePorts;
  settings: LeaseSettings;
  facts: Omit<NodeFacts, "notary">;
  escrow: Address;
  openJournal: (leaseId: LeaseId, first?: Extract<JournalEntry, { type: "accepted" }>) => Journal;
  hasJournal: (leaseId: LeaseId) => boolean;
}

/** Takes leases, runs one at a time, finishes those that an earlier process left. */
export interface Agent {
  /** Goes on with every lease whose journal is open, and removes containers that belong to none. */
  recover(): Promise<void>;
  onLease(hint: Hint): void;
  onStop(leaseId: LeaseId, reason: string): void;
  leases(): LeaseId[];
  readonly draining: boolean;
  /** Takes no more leases. Resolves when the running ones have ended. */
  drain(): Promise<void>;
  /** Stops the running leases; what was metered is still proven and captured. */
  stopAll(reason: string): void;
}

export function createAgent({ ports, settings, facts, escrow, openJournal, hasJournal }: AgentOptions): Agent {
  const { chain, link, report } = ports;
  const running = new Map<LeaseId, { control: LeaseControl; done: Promise<void>; journal: Journal }>();
  const judging = new Set<LeaseId>();
  const refused = new Set<LeaseId>();
  let draining = false;

  const dirsOf = (leaseId: LeaseId): LeaseDirs => {
    const root = join(settings.leasesDir, leaseId);
    return {
      root,
      inDir: join(root, "in"),
      outDir: join(root, "out"),
      logPosition: join(root, "log-position.json"),
      checkpoint: join(root, "checkpoint"),
    };
  };
  const launch = (leaseId: LeaseId, journal: Journal) => {
    const control = createLeaseControl();
    const done = runLease({ ports, settings, journal, dirs: dirsOf(leaseId) }, control)
      .catch((error: Error) => report.warn("lease", `ended badly: ${error.message}`, { leaseId }))
      .finally(() => {
        running.delete(leaseId);
        journal.close();
      });
    running.set(leaseId, { control, done, journal });
  };

  const judge = async (hint: Hint) => {
    const { leaseId, terms, workload } = hint;
    const lease = await untilDone(ports, "lease", () => chain.lease(leaseId));
    const refuse = async (detail: string) => {
      refused.add(leaseId);
      link.phase({ leaseId, phase: "failed", detail: `refused by the node: ${detail}`.slice(0, 2000) });
      report.warn("refused", detail, { leaseId });
      // The job can go to another node at once.
      const ours = lease.state === "assigned" && isAddressEqual(lease.node, facts.node);
      if (ours && lease.jobId === termsJobId) await chain.end(terms, leaseId, "never_started");
    };
    const termsJobId = jobIdOf(terms, escrow, chain.chainId);
    const refusal = leaseRefusal(
      lease,
      { terms, workload, termsJobId, workloadHash: workloadHash(workload) },
      { ...facts, notary: terms.notary },
    );
    if (refusal !== undefined) return refuse(refusal);
    if (workload.inference !== undefined) {
      const { modelId } = workload.inference;
      const cannot = await untilDone(ports, "model", () => chain.modelCommitment(modelId)).then(
        (commitment) => ports.inference.refusal(commitment),
        (error: Error) => error.message,
      );
      if (cannot !== undefined) return refuse(cannot);
    }
    if (draining) return refuse("this node is draining: it takes no new leases");
    const { waiting, capacity } = ports.proofs.state;
    if (waiting >= capacity) return refuse(`${waiting} of this node's proofs wait already`);
    // The chain holds one live lease for an asset, so one that still runs here has ended there and stops soon. What is left
    // of it to prove and capture goes on beside the new one.
    while ([...running.values()].some(({ journal }) => !journal.record.exited && !journal.record.closed)) {
      await ports.clock.sleep(200);
    }
    mkdirSync(dirsOf(leaseId).root, { recursive: true, mode: 0o700 });
    const maxSeconds = Math.min(lease.maxSeconds, workload.maxSeconds);
    const { payee, pricePerSecond } = lease;
    const journal = openJournal(leaseId, { type: "accepted", ...hint, payee, pricePerSecond, maxSeconds });
    report.step("lease", `${workload.image.split("@")[0]} for at most ${maxSeconds} s`, { leaseId });
    launch(leaseId, journal);
  };

  return {
    async recover() {
      mkdirSync(settings.leasesDir, { recursive: true, mode: 0o700 });
      const keep = new Set<string>();
      for (const name of readdirSync(settings.leasesDir)) {
        const leaseId = leaseIdSchema.safeParse(name).data;
        if (leaseId === undefined || !hasJournal(leaseId)) continue;
        let journal: Journal;
        try {
          journal = openJournal(leaseId);
        } catch (error) {
          report.warn("journal", error instanceof Error ? error.message : String(error), { leaseId });
          continue;
        }
        if (journal.record.closed !== undefined) {
          journal.close();
          continue;
        }
        keep.add(containerName(settings.nodeId, leaseId));
        report.step("recovering", "going on with a lease that an earlier run left", { leaseId });
        launch(leaseId, journal);
      }
      await ports.executor.sweep(settings.nodeId, keep);
    },
    onLease(hint) {
      const { leaseId } = hint;
      // The hint is repeated after each reconnect.
      if (running.has(leaseId) || judging.has(leaseId) || refused.has(leaseId) || hasJournal(leaseId)) return;
      judging.add(leaseId);
      judge(hint)
        .catch((error: Error) => {
          link.phase({ leaseId, phase: "failed", detail: error.message.slice(0, 2000) });
          report.warn("refused", error.message, { leaseId });
        })
        .finally(() => judging.delete(leaseId));
    },
    onStop(leaseId, reason) {
      running.get(leaseId)?.control.stop(`the scheduler says: ${reason.replaceAll("_", " ")}`);
    },
    leases: () => [...running.keys()],
    get draining() {
      return draining;
    },
    async drain() {
      draining = true;
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done));
    },
    stopAll(reason) {
      for (const { control } of running.values()) control.stop(reason);
    },
  };
}
