import { elapsedSeconds, LEAST_SECONDS } from "../domain/metering.ts";
import type { UsageSample } from "../domain/sampleCommitment.ts";
import { sealReceipt } from "./billing.ts";
import { saveCheckpoints } from "./checkpoints.ts";
import { listOutputs } from "./collectOutput.ts";
import type { LeaseControl } from "./leaseControl.ts";
import type { LeaseContext } from "./leasePorts.ts";
import { type MeterOptions, type MeterResult, meterOnce } from "./meter.ts";
import { meterOptions } from "./meterOptions.ts";
import type { Exit, RunHandle } from "./ports.ts";

const WATCH_MS = 500;
const CHAIN_CHECK_MS = 5_000;

/**
 * Meters a running container until it ends: by itself, at its time limit, past its output limit, or because it must stop.
 * The last tick stands at its end.
 * @param onSealed called with the number of each full receipt, to be billed while the workload goes on
 */
export async function followContainer(
  context: LeaseContext,
  handle: RunHandle,
  control: LeaseControl,
  onSealed: (sequence: number) => void,
): Promise<Exit> {
  const { ports, settings, journal, dirs } = context;
  const { accepted, started } = journal.record;
  const { clock, chain, report } = ports;
  if (started === undefined) throw new Error("following a container before the lease started");
  let exit: Exit | undefined;
  const ended = handle.wait().then((result) => {
    exit = result;
  });
  const hasEnded = () => exit !== undefined;

  const watchdog = async () => {
    let nextChainCheck = clock.monotonicMs() + CHAIN_CHECK_MS;
    let halted = false;
    while (!hasEnded()) {
      await Promise.race([clock.sleep(WATCH_MS), ended]);
      if (hasEnded()) return;
      const reason = await haltReason(nextChainCheck <= clock.monotonicMs());
      if (nextChainCheck <= clock.monotonicMs()) nextChainCheck = clock.monotonicMs() + CHAIN_CHECK_MS;
      if (reason !== undefined && !halted) {
        halted = true;
        await handle.kill(reason).catch(() => {
          halted = false; // Tried again at the next look.
        });
      }
    }
  };
  const haltReason = async (askChain: boolean): Promise<string | undefined> => {
    if (control.desired === "stop") return control.reason;
    if (elapsedSeconds(started.anchorMs, clock.nowMs(), accepted.maxSeconds) >= accepted.maxSeconds) {
      return `its paid time of ${accepted.maxSeconds} s is over`;
    }
    const tooMuch = await listOutputs(dirs.outDir, accepted.workload.maxOutputMiB * 1_048_576).then(
      () => undefined,
      // A file that went away while it was looked at is no reason.
      (error: { code?: string; message: string }) => (error.code === "artifact_too_large" ? error.message : undefined),
    );
    if (tooMuch !== undefined) return tooMuch;
    if (!askChain) return undefined;
    const lease = await chain.lease(accepted.leaseId).catch(() => undefined);
    return lease !== undefined && lease.state !== "started" ? `the lease is ${lease.state} on chain` : undefined;
  };

  let last: UsageSample = { cpuMs: 0, memoryBytes: 0, gpuPercent: null };
  const sample = async () => {
    last = await handle.sample().catch(() => last); // A container that has just ended has nothing left to measure.
    return last;
  };
  const options: MeterOptions = meterOptions(context);
  /** @returns false when nothing more is billed */
  const meter = async (): Promise<boolean> => {
    for (;;) {
      const result: MeterResult = await meterOnce(options, sample);
      if (result.kind === "ticked") return true;
      if (result.kind === "stopped") {
        report.warn("metering", result.reason, { leaseId: accepted.leaseId });
        control.stop(result.reason);
        return false;
      }
      const { sequence } = journal.record.open;
      await sealReceipt(
        { journal, chain },
        { output: undefined, nextFrom: result.nextFrom, limit: Number.MAX_SAFE_INTEGER },
      );
      onSealed(sequence);
    }
  };

  const watching = watchdog();
  const saving = saveCheckpoints(context, ended);
  // An answer is paid by its proof: no second of it is metered.
  let billing = accepted.workload.inference === undefined;
  while (!hasEnded()) {
    await Promise.race([clock.sleep(settings.tickSeconds * 1000), ended]);
    if (billing) billing = await meter();
    else await ended;
  }
  await Promise.all([watching, saving]);
  // The loop's last tick may have been sent while the container still ran. What somebody ended bills no further.
  const lease = await chain.lease(accepted.leaseId).catch(() => undefined);
  if (lease !== undefined && lease.endedAt > 0) options.capSeconds = lease.endedAt - lease.startedAt;
  options.leastSeconds = LEAST_SECONDS;
  if (billing) await meter();
  if (exit === undefined) throw new Error("the container's wait ended without an exit");
  return exit;
}
