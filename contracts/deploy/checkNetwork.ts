import { isDevelopmentKey, type RecognisableKey } from "@gristmill/circuits/scripts/developmentKey";
import { type Address, type Hex, isAddressEqual, toHex, zeroAddress } from "viem";
import { type HDAccount, mnemonicToAccount, privateKeyToAddress } from "viem/accounts";
import { type Network, networks, parameterKeys } from "./networks.ts";

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
  /** What the chain says of the payment tokens; undefined decimals: no token is there. */
  tokens: readonly { address: Address; decimals: number | undefined }[];
}

let developmentAddresses: readonly Address[] | undefined;

/** Accounts whose keys are in every tool's manual. */
function developmentAccounts(): readonly Address[] {
  // One key and its children: asking for each account by the mnemonic takes a second of hashing.
  developmentAddresses ??= childrenOf(
    mnemonicToAccount("test test test test test test test test test test test junk", { path: "m/44'/60'/0'/0" }),
  );
  return developmentAddresses;
}

function childrenOf(parent: HDAccount): Address[] {
  return Array.from({ length: 20 }, (_, index) =>
    privateKeyToAddress(toHex(parent.getHdKey().deriveChild(index).privateKey ?? new Uint8Array())),
  );
}

/** Stakes, fees and bonds are in millionths. */
const TOKEN_DECIMALS = 6;

const windows = ["unbondingDelay", "startWindow", "minGap", "requestSeconds", "caseSeconds", "minCaseSeconds"] as const;
const DAY_SECONDS = 86_400n;

/**
 * Refuses what a public market must not start with: a proving key whose secret is public, parameters that one key changes, a
 * token that is not the network's, a deployer whose key everybody has, windows of nothing. Gamma = delta is refused beside it, on every network, by `checkVerifyingKey`.
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
  if (developmentAccounts().some((account) => isAddressEqual(account, facts.deployer)))
    throw new UnsafeDeploymentError(`${facts.deployer} is a development account: everybody has its key`);
  const known = networks[network.chainId]?.tokens ?? [];
  for (const token of network.tokens ?? [])
    if (!known.some((one) => isAddressEqual(one, token)))
      throw new UnsafeDeploymentError(`${token} is not one of the payment tokens of ${name}: ${known.join(", ")}`);
  for (const { address, decimals } of facts.tokens)
    if (decimals !== TOKEN_DECIMALS)
      throw new UnsafeDeploymentError(
        decimals === undefined ? `There is no token at ${address}` : `${address} has ${decimals} decimals, not 6`,
      );
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
