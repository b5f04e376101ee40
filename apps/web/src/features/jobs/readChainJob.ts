import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { JobView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import type { JobId } from "@gristmill/shared/ids/ids";
import { jobIdOf, type Terms, termsSchema } from "@gristmill/shared/job/terms";
import { toWire } from "@gristmill/shared/units/toWire";
import type { PublicClient } from "viem";

/** What the escrow itself knows of a job: enough to see the money and to get it back without any scheduler. */
export interface ChainJob {
  terms: Terms;
  money: JobView["money"];
}

/**
 * Reads a job from the escrow: its terms from the event of its first funding, its money from the contract.
 * @returns null: never funded on this chain
 */
export async function readChainJob(
  client: Pick<PublicClient, "getContractEvents" | "readContract">,
  market: Pick<Market, "chainId" | "contracts" | "startBlock">,
  jobId: JobId,
): Promise<ChainJob | null> {
  const { escrow } = market.contracts;
  const [opened] = await client.getContractEvents({
    address: escrow,
    abi: escrowAbi,
    eventName: "JobOpened",
    args: { jobId },
    fromBlock: BigInt(market.startBlock ?? 0),
    strict: true,
  });
  if (!opened) return null;
  const { terms: raw } = opened.args;
  const terms = termsSchema.parse({
    ...toWire(raw),
    leaseEnd: Number(raw.leaseEnd),
    captureDeadline: Number(raw.captureDeadline),
    claimDeadline: Number(raw.claimDeadline),
    reclaimAt: Number(raw.reclaimAt),
  });
  if (jobIdOf(terms, escrow, market.chainId) !== jobId) {
    throw new Error("The chain's answer has other terms than this job's id says. Nothing was charged or sent.");
  }
  const money = await client.readContract({ address: escrow, abi: escrowAbi, functionName: "jobOf", args: [jobId] });
  return { terms, money };
}
