import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { Address, Hex } from "viem";
import type { LeaseRecord } from "../domain/lifecycle/marketState.ts";
import { judgeTick, type TickRequest } from "../domain/notary/judgeTick.ts";
import type { createLocks } from "./jobLocks.ts";
import type { LeaseNotes, MarketActions, TickStore } from "./ports.ts";

export type Countersigned = { signed: true; signature: Hex } | { signed: false; message: string };

export interface NotaryDeps {
  chainId: number;
  market: Address;
  ticks: TickStore;
  leaseNotes: LeaseNotes;
  actions: Pick<MarketActions, "signTick">;
  locks: ReturnType<typeof createLocks>;
  /** This scheduler's clock. */
  nowMs(): number;
  /** Unix seconds of the chain. */
  chainNow(): number;
}

export interface Notary {
  /** Remembers when this scheduler's clock saw the lease start. Returns it, unix milliseconds. */
  sawStart(lease: LeaseRecord): Promise<number>;
  /** The notary's word on a tick of this lease. What it signs is kept before it is said. */
  countersign(lease: LeaseRecord, tick: TickRequest & { leaseId: LeaseId }): Promise<Countersigned>;
}

export function createNotary(deps: NotaryDeps): Notary {
  const { ticks, leaseNotes, actions, locks } = deps;

  const sawStart = (lease: LeaseRecord): Promise<number> => {
    // A scheduler that was away learns the start from the chain; from then on its own clock counts, so that moving the
    // chain's time later bills nobody.
    const since = Math.max(0, deps.chainNow() - (lease.startedAt ?? deps.chainNow()));
    return leaseNotes.noteStart(lease.leaseId, deps.nowMs() - since * 1000);
  };

  return {
    sawStart,
    countersign: (lease, tick) =>
      locks(`tick:${tick.leaseId}`, async (): Promise<Countersigned> => {
        const { leaseId, sequence, from, to, head } = tick;
        if (lease.startedAt === null) return { signed: false, message: "the lease has not started on chain" };
        if (lease.state === "closed") return { signed: false, message: "the lease is closed" };
        const [startedMs, last, same, previous] = await Promise.all([
          sawStart(lease),
          ticks.last(leaseId, sequence),
          ticks.at(leaseId, sequence, to),
          sequence > 0 ? ticks.last(leaseId, sequence - 1) : undefined,
        ]);
        const ran = lease.endedAt === null ? lease.maxSeconds : lease.endedAt - lease.startedAt;
        const captured = lease.captures.at(-1);
        const verdict = judgeTick(tick, {
          chainId: deps.chainId,
          market: deps.market,
          payee: lease.payee,
          maxSeconds: Math.min(lease.maxSeconds, ran),
          nextSequence: captured === undefined ? 0 : captured.sequence + 1,
          billedTo: captured?.to ?? 0,
          previousReceiptTo: previous?.to,
          elapsedMs: deps.nowMs() - startedMs,
          last,
          same,
        });
        if (verdict.verdict === "refuse") return { signed: false, message: verdict.message };
        if (verdict.verdict === "repeat" && same !== undefined) return { signed: true, signature: same.signature };
        const signature = await actions.signTick({ leaseId, sequence, from, to, head });
        if (await ticks.keep(leaseId, sequence, { from, to, head }, signature)) return { signed: true, signature };
        // Another scheduler process was faster: its word stands.
        return { signed: false, message: "another tick for this second is signed already" };
      }),
  };
}
