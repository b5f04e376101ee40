import type { Address } from "viem";

/** Where `Parameters` starts on a network; keys in the order of `IParameters.Key`. Units: atomic USDC, seconds, basis points. */
export const parameterKeys = [
  "leaseStake",
  "neverStartedPenalty",
  "unbondingDelay",
  "startWindow",
  "minGap",
  "feeCeilingBps",
  "attesterStake",
  "quorum",
  "attesterPanel",
  "toleranceBps",
  "attestationSeconds",
  "requestSeconds",
  "requestFee",
  "arbiterStake",
  "seatFee",
  "seatPenalty",
  "firstPanel",
  "appealPanel",
  "claimBond",
  "bondBps",
  "slashBps",
  "caseSeconds",
  "minCaseSeconds",
  "washFloor",
] as const;
export type ParameterKey = (typeof parameterKeys)[number];
export type ParameterValues = Readonly<Record<ParameterKey, bigint>>;

export interface Network {
  chainId: number;
  name: string;
  /** Public: governance must be a contract, windows are days, no development key. */
  isPublic: boolean;
  /** Seconds between a change's proposal and its effect. */
  timelockSeconds: number;
  /** Payment tokens; the first one is also the stake token. Absent: a test dollar is deployed. */
  tokens?: readonly [Address, ...Address[]];
  /** Where contract sources are verified. */
  explorerApi?: string;
  parameters: ParameterValues;
}

const MINUTE = 60n;
const HOUR = 3600n;
const DAY = 86_400n;
const USD = 1_000_000n;

const localParameters: ParameterValues = {
  // A fresh local market has no stake: owners may join with nothing, and faults then cost nothing.
  leaseStake: 0n,
  neverStartedPenalty: 0n,
  unbondingDelay: 2n * HOUR,
  startWindow: 10n * MINUTE,
  minGap: HOUR,
  feeCeilingBps: 1000n,
  attesterStake: 100n * USD,
  quorum: 3n,
  attesterPanel: 5n,
  toleranceBps: 500n,
  attestationSeconds: 30n * DAY,
  requestSeconds: 30n * MINUTE,
  requestFee: 3n * USD,
  arbiterStake: 100n * USD,
  seatFee: USD,
  seatPenalty: 2n * USD,
  firstPanel: 3n,
  appealPanel: 7n,
  claimBond: USD,
  bondBps: 500n,
  slashBps: 5000n,
  caseSeconds: 50n * MINUTE,
  minCaseSeconds: 10n * MINUTE,
  washFloor: 100n * USD,
};

const publicParameters: ParameterValues = {
  ...localParameters,
  leaseStake: 20n * USD,
  neverStartedPenalty: 2n * USD,
  unbondingDelay: 14n * DAY,
  minGap: DAY,
  attesterStake: 1_000n * USD,
  requestSeconds: 6n * HOUR,
  arbiterStake: 1_000n * USD,
  seatFee: 5n * USD,
  seatPenalty: 10n * USD,
  claimBond: 5n * USD,
  caseSeconds: 5n * DAY,
  minCaseSeconds: 12n * HOUR,
};

const TWO_DAYS_SECONDS = 172_800;

/** Every network this market is deployed to, by chain id. */
export const networks: Readonly<Record<number, Network>> = {
  31337: { chainId: 31337, name: "local", isPublic: false, timelockSeconds: 3600, parameters: localParameters },
  84532: {
    chainId: 84532,
    name: "Base Sepolia",
    isPublic: true,
    timelockSeconds: TWO_DAYS_SECONDS,
    tokens: ["0x036CbD53842c5426634e7929541eC2318f3dCF7e"],
    explorerApi: "https://api.etherscan.io/v2/api?chainid=84532",
    parameters: publicParameters,
  },
  8453: {
    chainId: 8453,
    name: "Base",
    isPublic: true,
    timelockSeconds: TWO_DAYS_SECONDS,
    tokens: ["0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"],
    explorerApi: "https://api.etherscan.io/v2/api?chainid=8453",
    parameters: publicParameters,
  },
};
