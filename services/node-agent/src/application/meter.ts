import { tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { elapsedSeconds, LEAST_SECONDS, makeTick, planTick, type Tick } from "../domain/metering.ts";
import { sampleCommitment, type UsageSample } from "../domain/sampleCommitment.ts";
import type { Clock, LeaseJournal, MarketChain, SchedulerLink } from "./ports.ts";

/** `stopped`: the notary refused, or was away for longer than the grace; nothing later is billed. */
export type MeterResult = { kind: "ticked" } | { kind: "seal"; nextFrom: number } | { kind: "stopped"; reason: string };

export interface MeterOptions {
  journal: LeaseJournal;
  link: Pick<SchedulerLink, "tick">;
  chain: Pick<MarketChain, "chainId" | "market" | "isNotarySignature">;
  clock: Clock;
  /** How long the notary may be away before billing stops, milliseconds. */
  graceMs: number;
  /** How long one attempt waits for the answer, milliseconds. */
  attemptMs: number;
  /** Seconds past which the chain bills nothing, for a lease that was ended early. */
  capSeconds?: number;
  /** The least this tick stands at: the minimum charge, once the workload has ended. */
  leastSeconds?: number;
}

/** The notary's clock may lag behind the node's by a little: a refused tick is tried again, this often, a second apart. */
const REFUSALS = 5;

/**
 * Sends the next tick and waits for its countersignature. A tick that got no answer is sent again just as it was: the
 * notary may have signed it, and a chain of ticks has one order.
 * @param sample taken for a new tick
 */
export async function meterOnce(options: MeterOptions, sample: () => Promise<UsageSample>): Promise<MeterResult> {
  const { journal, clock, chain } = options;
  const { accepted, started, open, pending } = journal.record;
  if (started === undefined) throw new Error("metering before the lease started");
  let tick: Tick;
  if (pending !== undefined) {
    tick = pending;
  } else {
    const limit = Math.min(accepted.maxSeconds, options.capSeconds ?? accepted.maxSeconds);
    const elapsed = elapsedSeconds(started.anchorMs, clock.nowMs(), limit, options.leastSeconds);
    const plan = planTick(open, elapsed);
    if (plan.kind === "seal") return plan;
    if (plan.kind === "wait") return { kind: "ticked" };
    const samples = await sample();
    const blind = clock.randomHex(32);
    const origin = tickOrigin({
      chainId: chain.chainId,
      market: chain.market,
      leaseId: accepted.leaseId,
      payee: accepted.payee,
      sequence: open.sequence,
    });
    tick = makeTick(open, origin, plan.from, plan.to, sampleCommitment(samples, blind));
    journal.append({ type: "tick", ...tick, samples, blind });
  }

  const until = clock.monotonicMs() + options.graceMs;
  for (let refusals = 0; ; ) {
    const answer = await options.link.tick(accepted.leaseId, tick, options.attemptMs);
    if (answer.kind === "countersigned") {
      const { sequence, to } = tick;
      const genuine = await chain
        .isNotarySignature(accepted.terms.notary, accepted.leaseId, tick, answer.signature)
        .catch(() => undefined);
      // A notary that is a contract is asked through the chain, which may be away.
      if (genuine === undefined && clock.monotonicMs() < until) {
        await clock.sleep(1000);
        continue;
      }
      if (genuine) {
        journal.append({ type: "countersigned", sequence, to, signature: answer.signature });
        return { kind: "ticked" };
      }
      return drop(journal, tick, "the countersignature is not the notary's");
    }
    if (answer.kind === "refused") {
      if (++refusals >= REFUSALS) return drop(journal, tick, `the notary refused a tick: ${answer.message}`);
      await clock.sleep(1000);
      continue;
    }
    if (clock.monotonicMs() >= until) {
      return drop(journal, tick, `no countersignature for ${Math.round(options.graceMs / 1000)} s`);
    }
    await clock.sleep(Math.min(500, options.attemptMs));
  }
}

/**
 * The minimum charge of a workload that had ended before it was looked at: else a very short job, or one that ended while
 * the agent was down before its first tick, would be free.
 */
export function meterLeast(options: MeterOptions): Promise<MeterResult> {
  const least = { ...options, capSeconds: LEAST_SECONDS, leastSeconds: LEAST_SECONDS };
  return meterOnce(least, async () => ({ cpuMs: 0, memoryBytes: 0, gpuPercent: null }));
}

function drop(journal: LeaseJournal, tick: Tick, reason: string): MeterResult {
  journal.append({ type: "dropped", sequence: tick.sequence, to: tick.to, reason });
  return { kind: "stopped", reason };
}
