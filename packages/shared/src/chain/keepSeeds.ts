import type { Address, Hex, PublicClient } from "viem";
import { attestationsAbi } from "../abi/attestations.ts";
import { courtAbi } from "../abi/court.ts";

/** What a keeper may send: verbs that anybody may call, and that pay nobody. */
export type KeeperCall =
  | { contract: "court"; functionName: "fixSeed" | "draw"; id: bigint }
  | { contract: "attestations"; functionName: "fixSeed"; id: bigint };

export interface KeeperDeps {
  publicClient: Pick<PublicClient, "readContract" | "getBlockNumber">;
  contracts: { court: Address; attestations: Address };
  /** Sends one call and waits for it. A refusal rejects: somebody else may have been first. */
  send(call: KeeperCall): Promise<Hex>;
  onRefused(call: KeeperCall, error: unknown): void;
}

/**
 * One look at all open cases and requests: keeps the hash of every block that was named and exists by now, and draws panels. A
 * chain forgets a block's hash after 256 blocks (8,191 with EIP-2935): look more often than that.
 *
 * @param from first case and first request that may still be open
 * @returns where the next look may begin
 */
export async function keepSeeds(
  { publicClient, contracts, send, onRefused }: KeeperDeps,
  from: { caseId: bigint; requestId: bigint } = { caseId: 1n, requestId: 1n },
): Promise<{ caseId: bigint; requestId: bigint }> {
  const court = { address: contracts.court, abi: courtAbi } as const;
  const attestations = { address: contracts.attestations, abi: attestationsAbi } as const;
  const block = await publicClient.getBlockNumber({ cacheTime: 0 });
  const attempt = (call: KeeperCall) =>
    send(call).then(
      () => true,
      (error: unknown) => {
        onRefused(call, error);
        return false;
      },
    );

  const cases = await publicClient.readContract({ ...court, functionName: "caseCount" });
  let { caseId, requestId } = from;
  for (let id = caseId; id <= cases; id++) {
    const its = await publicClient.readContract({ ...court, functionName: "caseOf", args: [id] });
    if (its.ended) {
      if (id === caseId) caseId++;
      continue;
    }
    const [panel] = await publicClient.readContract({ ...court, functionName: "panelOf", args: [id, its.round] });
    if (panel.drawn || block < BigInt(panel.seedBlock)) continue;
    const fixed = BigInt(panel.seed) !== 0n || (await attempt({ contract: "court", functionName: "fixSeed", id }));
    if (fixed) await attempt({ contract: "court", functionName: "draw", id });
  }

  const requests = await publicClient.readContract({ ...attestations, functionName: "requestCount" });
  for (let id = requestId; id <= requests; id++) {
    const request = await publicClient.readContract({ ...attestations, functionName: "requestOf", args: [id] });
    if (request.done) {
      if (id === requestId) requestId++;
      continue;
    }
    if (BigInt(request.seed) === 0n && block >= BigInt(request.seedBlock))
      await attempt({ contract: "attestations", functionName: "fixSeed", id });
  }
  return { caseId, requestId };
}
