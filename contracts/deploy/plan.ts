import { type Address, zeroAddress } from "viem";
import { type Network, parameterKeys } from "./networks.ts";

export type ContractKey =
  | "token"
  | "timelock"
  | "parameters"
  | "registry"
  | "reputation"
  | "groth16Verifier"
  | "verifier"
  | "escrow"
  | "asset"
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
  const testDollar: PlannedContract = { key: "token", source: "token/TestDollar.sol", name: "TestDollar", args: () => [] };
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
      source: "verify/generated/UsageGroth16Verifier.sol",
      name: "UsageGroth16Verifier",
      args: () => [],
    },
    { key: "verifier", source: "verify/UsageVerifier.sol", name: "UsageVerifier", args: (at) => [at.groth16Verifier] },
    {
      key: "escrow",
      source: "escrow/JobEscrow.sol",
      name: "JobEscrow",
      args: (at) => [at.market, at.court, at.parameters],
    },
    { key: "asset", source: "assets/ComputeAsset.sol", name: "ComputeAsset", args: (at) => [at.market, at.registry] },
    {
      key: "market",
      source: "market/Marketplace.sol",
      name: "Marketplace",
      args: (at) => [at.escrow, at.asset, at.registry, at.verifier],
    },
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
