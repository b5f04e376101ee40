import { rmSync } from "node:fs";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { sealReceipt } from "./billing.ts";
import { dropCheckpoint } from "./checkpoints.ts";
import { collectAnswer } from "./collectAnswer.ts";
import { collectOutput } from "./collectOutput.ts";
import type { LeaseContext } from "./leasePorts.ts";
import type { LogPump } from "./logPump.ts";
import { messageOf } from "./messageOf.ts";

/** Of a container whose own exit nobody saw. */
export const LOST_EXIT_CODE = 137;

/** Stores what the workload left, and writes its commitment down. */
export async function collect(context: LeaseContext, pump: LogPump): Promise<void> {
  const { ports, journal, dirs } = context;
  const { workload, leaseId } = journal.record.accepted;
  const exitCode = journal.record.exited?.exitCode ?? LOST_EXIT_CODE;
  const options = { outDir: dirs.outDir, exitCode, leaseId, store: ports.store };
  await dropCheckpoint(context);
  let collected: Awaited<ReturnType<typeof collectOutput>>;
  try {
    collected = workload.inference
      ? await collectAnswer(options)
      : await collectOutput({ ...options, maxBytes: workload.maxOutputMiB * 1_048_576 });
  } catch (error) {
    if (!(error instanceof BaseError) || error.code !== "artifact_too_large") throw error;
    pump.agent(`no output is kept: ${error.message}`);
    removeFolder(dirs.outDir, ports.report);
    const manifest = { version: 1 as const, exitCode, files: [] };
    collected = { manifest, commitment: outputCommitment(manifest), skipped: [] };
  }
  for (const path of collected.skipped) pump.agent(`not kept, for it is no plain file: ${path}`);
  ports.report.step("output", `${collected.manifest.files.length} files stored`, {
    leaseId: journal.record.accepted.leaseId,
  });
  journal.append({ type: "output", manifest: collected.manifest, commitment: collected.commitment });
}

/** The last receipt; without any countersigned tick the lease is ended on chain, and nothing more is billed. */
export async function sealLast({ ports, journal }: LeaseContext): Promise<void> {
  const { accepted, started, exited, output } = journal.record;
  if (output === undefined || started === undefined) throw new Error("sealing before the output is stored");
  const own = exited !== undefined && exited.exitCode !== 0 && exited.detail === "";
  const reason = own ? "failed" : "completed";
  let lease = await ports.chain.lease(accepted.leaseId);
  if (lease.state === "started" && own) {
    // Ended before its last tick, the lease would pay nothing for it: the minimum charge may lie ahead by part of a second.
    const billedTo = (journal.record.open.ticks.at(-1)?.to ?? 0) * 1000;
    await ports.clock.sleep(Math.max(0, started.anchorMs + billedTo - ports.clock.nowMs()));
    await ports.chain.end(accepted.terms, accepted.leaseId, reason);
    lease = await ports.chain.lease(accepted.leaseId);
  }
  const limit = lease.endedAt > 0 ? lease.endedAt - lease.startedAt : accepted.maxSeconds;
  const sealed = await sealReceipt(
    { journal, chain: ports.chain },
    { output: output.commitment, nextFrom: limit, limit },
  );
  if (sealed) return;
  if (lease.state === "started") await ports.chain.end(accepted.terms, accepted.leaseId, reason);
  const unproven = [...journal.record.receipts.values()].some(({ captured }) => captured === undefined);
  if (!unproven && lease.state !== "closed") {
    // Nothing more is claimed: a lease left open would keep the buyer's money in escrow until the claim deadline.
    await ports.chain
      .waive(accepted.terms, accepted.leaseId)
      .catch((error) => ports.report.warn("waiving what is left of the lease", messageOf(error)));
  }
  journal.append({ type: "closed", reason: "no countersigned tick is left to bill" });
}

/** What a workload left may belong to another account; an agent that is not root then cannot remove all of it. */
export function removeFolder(dir: string, report: LeaseContext["ports"]["report"]): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    report.warn("cleaning", messageOf(error));
  }
}
