import { isDevelopmentKey, type RecognisableKey } from "@gristmill/circuits/scripts/developmentKey";
import { type Address, type Hex, isAddressEqual, zeroAddress } from "viem";
import { type Network, parameterKeys } from "./networks.ts";

/** Thrown for a deployment that would put money at risk; nothing was sent. */
export class UnsafeDeploymentError extends Error {
  readonly code = "UNSAFE_DEPLOYMENT";

  constructor(reason: string) {
    super(reason);
    this.name = "UnsafeDeploymentError";
  }
}

export interface DeploymentFacts {
  /** Sources of the generated verifiers. */
  verifierSource: string;
  /** Their verification keys. */
  verificationKeys: readonly RecognisableKey[];
  /** Who proposes changes of the parameters, and the code at that address. */
  governance: Address;
  governanceCode: Hex | undefined;
  deployer: Address;
}

const windows = ["unbondingDelay", "startWindow", "minGap", "requestSeconds", "caseSeconds", "minCaseSeconds"] as const;
const DAY_SECONDS = 86_400n;

/**
 * Refuses what a public market must not start with: a proving key whose secret is public, parameters that one key changes,
 * windows of nothing. Gamma = delta is refused beside it, on every network, by `checkVerifyingKey`.
 *
 * @throws UnsafeDeploymentError
 */
export function checkNetwork(network: Network, facts: DeploymentFacts): void {
  for (const key of parameterKeys)
    if (network.parameters[key] === undefined) throw new UnsafeDeploymentError(`The parameter ${key} is missing`);
  for (const key of windows)
    if (network.parameters[key] <= 0n) throw new UnsafeDeploymentError(`The window ${key} is zero`);
  if (network.timelockSeconds <= 0) throw new UnsafeDeploymentError("The timelock's delay is zero");
  if (!network.isPublic) return;

  const { name } = network;
  if (network.tokens === undefined) throw new UnsafeDeploymentError(`${name} needs payment tokens`);
  if (network.parameters.minGap < DAY_SECONDS)
    throw new UnsafeDeploymentError(`Deadlines on ${name} must lie a day apart`);
  if (BigInt(network.timelockSeconds) < 2n * DAY_SECONDS)
    throw new UnsafeDeploymentError(`The timelock's delay on ${name} must be two days`);
  // The development setup's seed is public, so its owner is everybody.
  if (facts.verifierSource.includes("DEVELOPMENT KEY") || facts.verificationKeys.some(isDevelopmentKey))
    throw new UnsafeDeploymentError(`The usage verifier has a development key: make a real one for ${name}`);
  if (isAddressEqual(facts.governance, zeroAddress) || isAddressEqual(facts.governance, facts.deployer))
    throw new UnsafeDeploymentError(`GOVERNANCE must name the multisig that proposes changes on ${name}`);
  // EIP-7702 gives a plain key's account 23 bytes of code that start with 0xef0100: still one key.
  const code = facts.governanceCode ?? "0x";
  if (code === "0x" || code.startsWith("0xef0100"))
    throw new UnsafeDeploymentError(
      `${facts.governance} is a plain key's account: one stolen key would set the parameters`,
    );
}
