import { parametersAbi } from "@gristmill/shared/abi/parameters";
import { timelockAbi } from "@gristmill/shared/abi/timelock";
import type { Deployment } from "@gristmill/shared/chain/deployment";
import { type Address, isAddressEqual, type PublicClient, parseAbiItem, zeroAddress } from "viem";
import { UnsafeDeploymentError } from "./checkNetwork.ts";

const granted = parseAbiItem(
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
);
const roles = ["DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"] as const;

/**
 * Everything that anybody may change in a deployed market, read from the chain: who holds which role of the timelock, and how
 * long a change waits.
 *
 * @returns lines for people
 * @throws UnsafeDeploymentError when the parameters obey somebody else than this timelock, or anybody but it administers it
 */
export async function adminPowers(publicClient: PublicClient, deployment: Deployment): Promise<string[]> {
  const { timelock, parameters } = deployment.contracts;
  if (!timelock || !parameters) throw new UnsafeDeploymentError("The deployment names no timelock");
  const at = { address: timelock, abi: timelockAbi } as const;
  const obeyed = await publicClient.readContract({ address: parameters, abi: parametersAbi, functionName: "timelock" });
  if (!isAddressEqual(obeyed, timelock))
    throw new UnsafeDeploymentError(`The parameters obey ${obeyed}, not the timelock ${timelock}`);

  const fromBlock = BigInt(deployment.blockNumber);
  const logs = await publicClient.getLogs({ address: timelock, event: granted, fromBlock });
  const accounts = [...new Set(logs.map(({ args }) => args.account as Address))];
  const holders: Record<(typeof roles)[number], Address[]> = {
    DEFAULT_ADMIN_ROLE: [],
    PROPOSER_ROLE: [],
    CANCELLER_ROLE: [],
    EXECUTOR_ROLE: [],
  };
  for (const name of roles) {
    const role = await publicClient.readContract({ ...at, functionName: name });
    for (const account of accounts)
      if (await publicClient.readContract({ ...at, functionName: "hasRole", args: [role, account] }))
        holders[name].push(account);
  }
  for (const account of holders.DEFAULT_ADMIN_ROLE)
    if (!isAddressEqual(account, timelock))
      throw new UnsafeDeploymentError(`${account} administers the timelock without waiting`);

  const delay = await publicClient.readContract({ ...at, functionName: "getMinDelay" });
  const who = (name: (typeof roles)[number]) =>
    holders[name].map((account) => (isAddressEqual(account, zeroAddress) ? "anybody" : account)).join(", ") || "nobody";
  return [
    `The parameters ${parameters} obey the timelock ${timelock}, which makes every change wait ${delay} seconds.`,
    `Proposes a change: ${who("PROPOSER_ROLE")}`,
    `Takes a proposal back: ${who("CANCELLER_ROLE")}`,
    `Executes a change that has waited: ${who("EXECUTOR_ROLE")}`,
    `Changes these roles: ${who("DEFAULT_ADMIN_ROLE")}, by a change that waits as well`,
    "Nobody else has a power that users lack: no contract is upgradeable, pausable or owned.",
    "What a change can and cannot do, and the exit before it: docs/contracts.md.",
  ];
}
