import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { latestLeaseEnd } from "../leaseWindow.ts";
import { totalOf } from "../totalOf.ts";
import type { Check } from "./check.ts";
import { date, endsEarly, seconds } from "./words.ts";

const whyUnavailable = {
  leased: "is leased to somebody else now",
  offline: "is offline: its node sends no heartbeat",
  unlisted: "is not listed at any price now",
  draining: "takes no new leases: its owner is taking it down",
} as const;

const SOON = Number.MAX_SAFE_INTEGER;

/** What an asset is offered for, and whether now. An asset without a listing fails the first of these and passes the rest. */
export const offerChecks: readonly Check[] = [
  {
    field: "listing",
    wanted: () => true,
    fits: ({ asset }) => asset.listing !== null,
    explain: () => ({ reason: "is not listed at any price now", got: "unlisted", wanted: "listed" }),
  },
  {
    field: "workload.maxSeconds",
    wanted: () => true,
    fits: ({ asset: { listing } }, { workload: { maxSeconds } }) =>
      listing === null || (maxSeconds >= listing.minSeconds && maxSeconds <= listing.maxSeconds),
    explain: ({ asset: { listing } }, { workload: { maxSeconds } }) => {
      const least = listing?.minSeconds ?? 0;
      const most = listing?.maxSeconds ?? 0;
      if (maxSeconds < least) {
        const reason = `is rented for at least ${seconds(least)}, ${seconds(maxSeconds)} wanted: ${seconds(least - maxSeconds)} too short`;
        return { reason, got: `at least ${least}`, wanted: String(maxSeconds) };
      }
      const reason = `is rented for at most ${seconds(most)}, ${seconds(maxSeconds)} wanted: ${seconds(maxSeconds - most)} too long`;
      return { reason, got: `at most ${most}`, wanted: String(maxSeconds) };
    },
  },
  {
    field: "listing.endsAt",
    wanted: () => true,
    fits: ({ asset: { listing } }, { workload, now }) =>
      listing === null || listing.endsAt >= latestLeaseEnd(now, workload.maxSeconds),
    explain: ({ asset: { listing } }, { workload, now }) =>
      endsEarly("its listing", listing?.endsAt ?? 0, latestLeaseEnd(now, workload.maxSeconds)),
  },
  {
    field: "attestation",
    // Terms that name a level are checked against that level's expiry: `attestation.level`.
    wanted: ({ requirements }) => (requirements.minAttestationLevel ?? 0) === 0,
    fits: ({ asset }, { workload, now }) => asset.attestedUntil >= latestLeaseEnd(now, workload.maxSeconds),
    explain: ({ asset }, { workload, now }) =>
      endsEarly("its attestation", asset.attestedUntil, latestLeaseEnd(now, workload.maxSeconds)),
  },
  {
    field: "requirements.interruptible",
    wanted: ({ requirements }) => requirements.interruptible === false,
    fits: ({ asset: { listing } }) => listing === null || listing.noticeSeconds === null,
    explain: ({ asset: { listing } }) => {
      const notice = listing?.noticeSeconds ?? 0;
      const reason = `its owner may end a lease ${seconds(notice)} after saying so`;
      return { reason, got: `notice of ${notice} s`, wanted: "no early end" };
    },
  },
  {
    field: "deadline",
    wanted: ({ deadline }) => deadline !== undefined,
    fits: (_facts, { deadline = SOON, workload, now }) => latestLeaseEnd(now, workload.maxSeconds) <= deadline,
    explain: (_facts, { deadline = SOON, workload, now }) => {
      const end = latestLeaseEnd(now, workload.maxSeconds);
      const reason = `may run until ${date(end)}, ${date(deadline)} wanted: ${seconds(end - deadline)} too late`;
      return { reason, got: String(end), wanted: String(deadline) };
    },
  },
  {
    field: "pricePerSecondCap",
    wanted: ({ pricePerSecondCap }) => pricePerSecondCap !== undefined,
    fits: ({ price }, { pricePerSecondCap: cap }) => cap === undefined || price <= cap,
    explain: ({ price }, { pricePerSecondCap: cap = 0n }) => ({
      reason: `costs ${formatUsd(price)} USD / s, at most ${formatUsd(cap)} wanted: ${formatUsd(price - cap)} too dear`,
      got: price.toString(),
      wanted: cap.toString(),
    }),
  },
  {
    field: "budget",
    wanted: ({ budget }) => budget !== undefined,
    fits: ({ price }, { budget, workload, feeBps }) =>
      budget === undefined || totalOf(price, workload.maxSeconds, feeBps) <= budget,
    explain: ({ price }, { budget = 0n, workload, feeBps }) => {
      const total = totalOf(price, workload.maxSeconds, feeBps);
      return {
        reason: `costs ${formatUsd(total)} USD for ${seconds(workload.maxSeconds)} with the fee, the budget is ${formatUsd(budget)}: ${formatUsd(total - budget)} too little`,
        got: total.toString(),
        wanted: budget.toString(),
      };
    },
  },
  {
    field: "assignment",
    wanted: ({ refusedAssets }) => refusedAssets !== undefined && refusedAssets.size > 0,
    fits: ({ asset }, { refusedAssets }) => refusedAssets?.has(asset.assetId) !== true,
    explain: () => ({ reason: "was refused by the chain for this job just now", got: "refused", wanted: "accepted" }),
  },
  {
    field: "availability",
    wanted: () => true,
    fits: ({ asset }) => asset.availability === "free",
    explain: ({ asset: { availability: got } }) => ({
      reason: got === "free" ? "is promised to another job now" : whyUnavailable[got],
      got,
      wanted: "free",
    }),
  },
];
