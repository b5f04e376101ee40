import { type Address, zeroAddress } from "viem";
import { type Network, parameterKeys } from "./networks.ts";

export type ContractKey =
  | "token"
  | "timelock"
  | "parameters"
  | "registry"
  | "reputation"
  | "groth16Verifier"
  | "rollup26Verifier"
  | "rollup52Verifier"
  | "verifier"
  | "models"
  | "inferenceVerifier"
  | "escrow"
  | "picture"
  | "asset"
  | "desk"
  | "answerDesk"
  | "market"
  | "attestations"
  | "arbiters"
  | "court";

export interface PlannedContract {
  key: ContractKey;
  /** File below contracts/src, or below node_modules for a contract of a package. */
  source: string;
  name: string;
  args: (at: Readonly<Record<ContractKey, Address>>) => readonly unknown[];
}

/** Generated verifiers of the rollup circuits, which are built on demand: their keys are read from git. */
export const rollupVerifiers: readonly (PlannedContract & { circuit: string })[] = ([26, 52] as const).map(
  (blocks) => ({
    circuit: `usageRollup${blocks}`,
    key: `rollup${blocks}Verifier`,
    source: `verify/generated/UsageRollup${blocks}Groth16Verifier.sol`,
    name: `UsageRollup${blocks}Groth16Verifier`,
    args: () => [],
  }),
);

/** `MarketBase.Peers`: the market and its desk know the same others. */
function peersOf(at: Readonly<Record<ContractKey, Address>>) {
  const { escrow, asset, registry, verifier, parameters, reputation } = at;
  return { escrow, asset, registry, verifier, parameters, reputation };
}

/**
 * What is deployed, in order: each contract's address follows from the deployer's nonce, so that `args` may name contracts
 * that come later.
 */
export function planOf(options: {
  network: Network;
  governance: Address;
  feeRecipients: readonly Address[];
}): PlannedContract[] {
  const { network, governance, feeRecipients } = options;
  const tokens = (token: Address) => network.tokens ?? [token];
  const values = parameterKeys.map((key) => network.parameters[key]);
  const testDollar: PlannedContract = {
    key: "token",
    source: "token/TestDollar.sol",
    name: "TestDollar",
    args: () => [],
  };
  return [
    ...(network.tokens ? [] : [testDollar]),
    {
      key: "timelock",
      source: "market/ParametersTimelock.sol",
      name: "ParametersTimelock",
      // Anybody may execute what waited long enough: a proposer that vanishes holds nothing up.
      args: () => [BigInt(network.timelockSeconds), [governance], [zeroAddress]],
    },
    {
      key: "parameters",
      source: "market/Parameters.sol",
      name: "Parameters",
      args: (at) => [at.timelock, values, tokens(at.token), feeRecipients],
    },
    {
      key: "registry",
      source: "market/ProviderRegistry.sol",
      name: "ProviderRegistry",
      args: (at) => [at.token, at.parameters, at.market, at.court],
    },
    {
      key: "reputation",
      source: "market/Reputation.sol",
      name: "Reputation",
      args: (at) => [at.parameters, at.registry, at.market, at.court],
    },
    {
      key: "groth16Verifier",
      source: "verify/UsageBatchVerifier.sol",
      name: "UsageBatchVerifier",
      args: () => [],
    },
    ...rollupVerifiers,
    {
      key: "verifier",
      source: "verify/UsageVerifier.sol",
      name: "UsageVerifier",
      args: (at) => [at.groth16Verifier, at.rollup26Verifier, at.rollup52Verifier],
    },
    { key: "models", source: "verify/ModelRegistry.sol", name: "ModelRegistry", args: () => [] },
    {
      key: "inferenceVerifier",
      source: "verify/InferenceVerifier.sol",
      name: "InferenceVerifier",
      args: (at) => [at.models],
    },
    {
      key: "escrow",
      source: "escrow/JobEscrow.sol",
      name: "JobEscrow",
      args: (at) => [at.market, at.court, at.parameters],
    },
    { key: "picture", source: "assets/AssetPicture.sol", name: "AssetPicture", args: () => [] },
    {
      key: "asset",
      source: "assets/ComputeAsset.sol",
      name: "ComputeAsset",
      args: (at) => [at.market, at.registry, at.attestations, at.picture],
    },
    { key: "desk", source: "market/MarketDesk.sol", name: "MarketDesk", args: (at) => [peersOf(at), at.answerDesk] },
    {
      key: "answerDesk",
      source: "market/AnswerDesk.sol",
      name: "AnswerDesk",
      args: (at) => [peersOf(at), at.inferenceVerifier],
    },
    { key: "market", source: "market/Marketplace.sol", name: "Marketplace", args: (at) => [peersOf(at), at.desk] },
    {
      key: "attestations",
      source: "assets/Attestations.sol",
      name: "Attestations",
      args: (at) => [at.token, at.parameters, at.asset, at.registry],
    },
    {
      key: "arbiters",
      source: "dispute/ArbiterPool.sol",
      name: "ArbiterPool",
      args: (at) => [at.token, at.parameters, at.registry, at.court],
    },
    {
      key: "court",
      source: "dispute/DisputeCourt.sol",
      name: "DisputeCourt",
      args: (at) => [at.arbiters, at.parameters, at.market, at.escrow, at.registry, at.reputation],
    },
  ];
}
