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

/** Why these were chosen of those that fit, beside what the next would have been. */
export function explainChoice(
  objective: Objective,
  candidates: readonly Candidate[],
  gang: readonly Candidate[],
): string {
  const { best, fact } = words[objective];
  const [chosen, ...others] = gang;
  const next = candidates.find((candidate) => !gang.includes(candidate));
  if (chosen === undefined) return "nothing fits";
  if (others.length > 0) {
    const last = others.at(-1) ?? chosen;
    const all = `${gang.map(({ asset }) => assetName(asset)).join(", ")} together have ${best}: ${fact(chosen)} to ${fact(last)}`;
    return next === undefined
      ? `${all}; nothing else fits`
      : `${all}, of ${candidates.length} that fit; all are assigned in one step, or none`;
  }
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
