import { isAddressEqual } from "viem";
import { latestLeaseEnd } from "../leaseWindow.ts";
import type { Check } from "./check.ts";
import { endsEarly, seconds, tooFew } from "./words.ts";

const levelNames = ["the owner's own word", "a quorum of staked attesters", "TEE"];

/** Who stands behind an asset. The chain checks all of these again when a lease is assigned, the last one apart. */
export const trustChecks: readonly Check[] = [
  {
    field: "requirements.minAttestationLevel",
    wanted: ({ requirements }) => (requirements.minAttestationLevel ?? 0) > 0,
    fits: ({ attestationLevel }, { requirements }) => attestationLevel >= (requirements.minAttestationLevel ?? 0),
    explain: ({ attestationLevel: got }, { requirements }) => {
      const wanted = requirements.minAttestationLevel ?? 0;
      const reason = `is measured by ${levelNames[got]} (level ${got}), ${levelNames[wanted]} (level ${wanted}) wanted`;
      return { reason, got: String(got), wanted: String(wanted) };
    },
  },
  {
    field: "requirements.maxAttestationAgeSeconds",
    wanted: ({ requirements }) => requirements.maxAttestationAgeSeconds !== undefined,
    fits: ({ asset }, { requirements, now }) =>
      now - asset.trust.measuredAt <= (requirements.maxAttestationAgeSeconds ?? 0),
    explain: ({ asset }, { requirements, now }) => {
      const [got, wanted] = [now - asset.trust.measuredAt, requirements.maxAttestationAgeSeconds ?? 0];
      const reason = `was measured ${seconds(got)} ago, at most ${seconds(wanted)} wanted`;
      return { reason, got: String(got), wanted: String(wanted) };
    },
  },
  {
    // The chain asks for this expiry when terms name a level, for the owner's own otherwise (`attestation`).
    field: "attestation.level",
    wanted: ({ requirements }) => (requirements.minAttestationLevel ?? 0) > 0,
    fits: ({ asset, attestationLevel }, { requirements, workload, now }) =>
      attestationLevel < (requirements.minAttestationLevel ?? 0) ||
      asset.trust.expiresAt >= latestLeaseEnd(now, workload.maxSeconds),
    explain: ({ asset }, { workload, now }) =>
      endsEarly("its attestation", asset.trust.expiresAt, latestLeaseEnd(now, workload.maxSeconds)),
  },
  {
    field: "requirements.minStake",
    wanted: ({ requirements }) => (requirements.minStake ?? 0n) > 0n,
    fits: ({ asset }, { requirements }) => asset.trust.stake >= (requirements.minStake ?? 0n),
    explain: ({ asset }, { requirements }) =>
      tooFew(asset.trust.stake, requirements.minStake ?? 0n, "atomic units of its provider's stake behind it"),
  },
  {
    field: "requirements.minReputation",
    wanted: ({ requirements }) => (requirements.minReputation ?? 0n) > 0n,
    fits: ({ asset }, { requirements }) => asset.trust.reputation >= (requirements.minReputation ?? 0n),
    explain: ({ asset }, { requirements }) =>
      tooFew(asset.trust.reputation, requirements.minReputation ?? 0n, "points of reputation"),
  },
  {
    field: "requirements.apart",
    wanted: ({ apartFrom }) => apartFrom !== undefined,
    fits: ({ asset }, { apartFrom }) =>
      apartFrom === undefined || !(apartFrom.nodes.has(asset.node) || apartFrom.providers.has(asset.provider)),
    explain: ({ asset }, { apartFrom }) => {
      const same = apartFrom?.nodes.has(asset.node) ? "machine" : "provider";
      return {
        reason: `is of a ${same} that runs another part of this job`,
        got: "the same",
        wanted: `another ${same}`,
      };
    },
  },
  {
    field: "requirements.avoidProviders",
    wanted: ({ requirements }) => requirements.avoidProviders !== undefined,
    fits: ({ asset }, { requirements }) =>
      !(requirements.avoidProviders ?? []).some((each) => isAddressEqual(each, asset.provider)),
    explain: ({ asset }) => ({
      reason: "belongs to a provider that you avoid",
      got: asset.provider,
      wanted: "another provider",
    }),
  },
];
