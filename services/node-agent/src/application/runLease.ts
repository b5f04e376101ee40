import { readFileSync, writeFileSync } from "node:fs";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { containerName } from "../domain/hardening.ts";
import type { LeaseRecord } from "../domain/leaseRecord.ts";
import { nextStep } from "../domain/nextStep.ts";
import { answerInference } from "./answerInference.ts";
import { beginLease } from "./beginLease.ts";
import { billReceipt, billReceipts } from "./billing.ts";
import { collect, LOST_EXIT_CODE, removeFolder, sealLast } from "./endOfLease.ts";
import { followContainer } from "./followContainer.ts";
import type { LeaseControl } from "./leaseControl.ts";
import type { LeaseContext } from "./leasePorts.ts";
import { createLogPump, type LogPosition } from "./logPump.ts";
import { messageOf } from "./messageOf.ts";
import { meterLeast } from "./meter.ts";
import { meterOptions } from "./meterOptions.ts";
import type { Exit, RunHandle } from "./ports.ts";
import { prepareContainer } from "./prepareContainer.ts";
import { untilDone } from "./untilDone.ts";

const LOG_CLOSE_MS = 5_000;
const RETRY_MS = 2_000;
/** Failures of any kind after which a lease is given up: more than an hour of an engine that is away. */
const MAX_FAILURES = 2_000;

/**
 * Takes an accepted lease to its end: run, meter, store, prove, capture. Reads everything that was done from the journal,
 * so that calling it again after a crash goes on where it stood.
 */
export async function runLease(context: LeaseContext, control: LeaseControl): Promise<void> {
  const { ports, settings, journal, dirs } = context;
  const { link, executor, clock, report, chain } = ports;
  const { leaseId, terms, workload } = journal.record.accepted;
  /** Its program read an input that only this node may see: nothing that it says leaves the node but the class. */
  const isConfidential = workload.inference !== undefined;
  const name = containerName(settings.nodeId, leaseId);
  const position = readPosition(dirs.logPosition);
  const pump = createLogPump({
    ...{ leaseId, link, clock, startSeq: position?.nextSeq ?? 0, maxChars: settings.maxLogChars },
    onPosition: (at) => writeFileSync(dirs.logPosition, JSON.stringify(at)),
  });
  let handle: RunHandle | undefined = await executor.find(name);
  let following: Promise<void> | undefined;
  let background: Promise<void> = Promise.resolve();
  let seenExit: Exit | undefined;
  const say = (phase: Parameters<typeof link.phase>[0]["phase"], detail: string) =>
    link.phase({
      leaseId,
      phase,
      detail: detail.slice(0, 2000),
      ...(phase === "pulling" ? {} : { executor: executor.name }),
    });
  const follow = (sinceMs?: number) => {
    following ??= handle
      ?.follow(async (stream, text) => {
        if (!isConfidential) await pump.line(stream, text);
      }, sinceMs)
      .catch((error: Error) => {
        pump.agent(`the workload's log ended early: ${error.message}`);
      });
  };
  const close = (reason: string) => journal.append({ type: "closed", reason });

  const work = async (): Promise<void> => {
    for (;;) {
      const current = handle;
      const state = current === undefined ? "absent" : await untilDone(ports, "container", () => current.state());
      const step = nextStep(journal.record, state, control.desired);
      switch (step) {
        case "prepare": {
          say("pulling", "getting the image and the inputs; this is free");
          try {
            await handle?.remove();
            handle = await prepareContainer(context, (line) => {
              pump.agent(line);
              report.step("preparing", line, { leaseId });
            });
          } catch (error) {
            control.stop(messageOf(error));
          }
          break;
        }
        case "begin": {
          const refusal = await untilDone(ports, "start", () => beginLease(context), control).catch(messageOf);
          if (refusal !== undefined && journal.record.started === undefined) control.stop(refusal);
          break;
        }
        case "launch": {
          try {
            await handle?.start();
          } catch (error) {
            control.stop(`the container did not start: ${messageOf(error)}`);
            break;
          }
          report.step("running", `${journal.record.accepted.workload.image} on ${executor.name}`, { leaseId });
          say(
            "running",
            `running on ${executor.name}${settings.simulatedGpu ? "; the GPU is simulated, the CPU does the work" : ""}`,
          );
          follow();
          break;
        }
        case "meter": {
          if (handle === undefined) break;
          if (following === undefined) {
            say("running", `still running on ${executor.name} after the agent restarted`);
            follow(position?.lastLineAtMs);
          }
          seenExit = await followContainer(context, handle, control, (sequence) => {
            background = background
              .then(() => billReceipt({ journal, ...ports }, sequence))
              .catch((error) => {
                // Billed again, in order, when the workload has ended.
                report.warn("billing", `receipt ${sequence} waits: ${messageOf(error)}`, { leaseId });
              });
          });
          break;
        }
        case "halt":
          await handle?.kill(control.reason);
          break;
        case "note-exit": {
          const exit = seenExit ?? (await handle?.wait());
          const { open, receipts } = journal.record;
          if (!isConfidential && seenExit === undefined && open.ticks.length === 0 && receipts.size === 0) {
            await meterLeast(meterOptions(context));
          }
          const { exitCode: ownCode, detail } = exit ?? { exitCode: LOST_EXIT_CODE, detail: "" };
          const exitCode = isConfidential ? Math.min(ownCode, 1) : ownCode;
          if (following === undefined) follow(position?.lastLineAtMs);
          await Promise.race([following, clock.sleep(LOG_CLOSE_MS)]);
          const text = detail === "" ? `the workload ended with exit code ${exitCode}` : `stopped: ${detail}`;
          pump.agent(text);
          report.step("ended", text, { leaseId });
          if (exitCode !== 0 && detail === "") say("failed", `${text}; the seconds it ran are billed`);
          journal.append({ type: "exited", exitCode, detail });
          break;
        }
        case "note-loss":
          journal.append({
            ...{ type: "exited", exitCode: LOST_EXIT_CODE },
            detail: control.reason || "the container was gone after the agent restarted",
          });
          break;
        case "collect":
          await untilDone(ports, "outputs", () => collect(context, pump));
          break;
        case "seal":
          await background;
          await untilDone(ports, "receipt", () => sealLast(context));
          break;
        case "bill": {
          await background;
          say("proving", "proving the metered seconds");
          await untilDone(ports, "billing", () => billReceipts({ journal, ...ports }));
          break;
        }
        case "answer": {
          say("proving", "proving the answer");
          try {
            await untilDone(ports, "answer", () => answerInference(context));
          } catch (error) {
            if (!(error instanceof BaseError) || error.code !== "workload_failed") throw error;
            // Nothing to prove: the lease ends now, and the buyer's money goes back.
            const lease = await chain.lease(leaseId);
            if (lease.state === "started") await chain.end(terms, leaseId, "failed");
            say("failed", error.message);
            report.warn("answer", error.message, { leaseId });
            close(error.message);
          }
          break;
        }
        case "give-up": {
          const lease = await chain.lease(leaseId).catch(() => undefined);
          if (lease?.state === "assigned") await chain.end(terms, leaseId, "never_started").catch(() => undefined);
          say("failed", control.reason);
          report.warn("not run", control.reason, { leaseId });
          close(`never started: ${control.reason}`);
          break;
        }
        case "done": {
          // An answer that could not be proven was told as failed.
          const { started, answered, accepted } = journal.record;
          const isPaid = accepted.workload.inference === undefined || answered !== undefined;
          if (started !== undefined && isPaid) say("captured", summary(journal.record));
          if (journal.record.closed === undefined) close("captured");
          await pump.close(LOG_CLOSE_MS);
          await handle?.remove().catch(() => undefined);
          for (const dir of [dirs.inDir, dirs.outDir]) removeFolder(dir, report);
          return;
        }
      }
    }
  };

  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      const text = messageOf(error);
      // What may pass (engine or chain away, anything unforeseen) is tried again from the journal.
      if ((!(error instanceof BaseError) || error.retryable) && failures < MAX_FAILURES) {
        report.warn("lease", `${text}; going on in ${RETRY_MS / 1000} s`, { leaseId });
        await clock.sleep(RETRY_MS);
        continue;
      }
      // More tries cannot help (a closed capture window, a refused proof). What is captured stays captured.
      report.warn("lease", `given up: ${text}`, { leaseId });
      say("failed", text);
      close(text);
      await pump.close(LOG_CLOSE_MS);
      await handle?.kill(text).catch(() => undefined);
      await handle?.remove().catch(() => undefined);
      return;
    }
  }
}

function summary(record: LeaseRecord): string {
  if (record.answered !== undefined) return `answered ${record.answered.class}; the proof is paid`;
  const seconds = [...record.receipts.values()].reduce(
    (sum, { from, to, captured }) => sum + (captured ? to - from : 0),
    0,
  );
  const { exitCode, detail } = record.exited ?? { exitCode: LOST_EXIT_CODE, detail: "" };
  const how =
    detail !== ""
      ? `stopped: ${detail}`
      : exitCode === 0
        ? "finished"
        : `the workload failed with exit code ${exitCode}`;
  return `${how}; ${seconds} s captured`;
}

function readPosition(file: string): LogPosition | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LogPosition;
  } catch {
    return undefined; // No line was sent yet; at worst the log repeats itself.
  }
}
