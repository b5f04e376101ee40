import type { Objective } from "@gristmill/shared/job/requirements";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import type { Candidate } from "../placement/placement.ts";
import { assetName } from "./assetName.ts";

const words: Readonly<Record<Objective, { best: string; fact(candidate: Candidate): string }>> = {
  cheapest: { best: "the lowest price", fact: ({ pricePerSecond }) => `${formatUsd(pricePerSecond)} USD / s` },
  fastest_start: {
    best: "the earliest start",
    fact: ({ startMs }) => `about ${(startMs / 1000).toFixed(1)} s to start`,
  },
  best_value: { best: "the most performance for the price", fact: value },
  most_trusted: { best: "the most trust", fact: trust },
};

/** Why the first of these was chosen, beside what the second would have been. */
export function explainChoice(objective: Objective, candidates: readonly Candidate[]): string {
  const [chosen, next] = candidates;
  if (chosen === undefined) return "nothing fits";
  const { best, fact } = words[objective];
  const one = `${assetName(chosen.asset)} has ${best}: ${fact(chosen)}`;
  if (next === undefined) return `${one}; nothing else fits`;
  return `${one}, against ${fact(next)} at ${assetName(next.asset)}, the next of ${candidates.length} that fit`;
}

function value({ asset, pricePerSecond }: Candidate): string {
  if (asset.performance === null) return "performance that nobody measured";
  const { fp32MilliGflops, source } = asset.performance;
  return `${(fp32MilliGflops / 1000).toLocaleString("en-US")} GFLOPS (${source}) at ${formatUsd(pricePerSecond)} USD / s`;
}

function trust({ asset: { attestation, trust: of } }: Candidate): string {
  return `${attestation}, reputation ${of.reputation}, ${formatUsd(of.stake)} staked`;
}
