import { assetAbi } from "@gristmill/shared/abi/asset";
import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { courtAbi } from "@gristmill/shared/abi/court";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { type KeeperCall, keepSeeds } from "@gristmill/shared/chain/keepSeeds";
import { type Abi, type Address, encodeFunctionData, type PublicClient } from "viem";
import type { Log } from "../../application/ports.ts";
import type { MarketContracts } from "./marketContracts.ts";
import type { MarketWallet } from "./marketWallet.ts";
import { revertReason } from "./revertReason.ts";

/** A call that waits longer is tended with all others; the next look asks the chain again. */
const RECEIPT_TIMEOUT_MS = 60_000;
const abis: Record<KeeperCall["contract"], Abi> = { court: courtAbi, attestations: attestationsAbi };

/**
 * Keeps the seeds that draw panels of arbiters and attesters, for whoever asked: a chain forgets a block's hash, and a case
 * whose seed nobody kept has no panel. The verbs stand open to everybody and favour nobody.
 */
export function createSeedKeeper(deps: {
  publicClient: PublicClient;
  contracts: Pick<MarketContracts, "escrow" | "asset">;
  wallet: Pick<MarketWallet, "send">;
  address: Address;
  log: Log;
}): { look(): Promise<void> } {
  const { publicClient, contracts, wallet, address, log } = deps;
  let places: Promise<Record<KeeperCall["contract"], Address>> | undefined;
  let from = { caseId: 1n, requestId: 1n };
  /** Refusals are told once: a seed that is gone stays gone. */
  const refused = new Set<string>();

  const find = async () => {
    const [court, attestations] = await Promise.all([
      publicClient.readContract({ address: contracts.escrow, abi: escrowAbi, functionName: "court" }),
      publicClient.readContract({ address: contracts.asset, abi: assetAbi, functionName: "attestations" }),
    ]);
    return { court, attestations };
  };

  return {
    async look() {
      places ??= find();
      const at = await places.catch((error: unknown) => {
        places = undefined;
        throw error;
      });
      from = await keepSeeds(
        {
          publicClient,
          contracts: at,
          async send({ contract, functionName, id }) {
            const verb = `${contract}.${functionName}`;
            const data = encodeFunctionData({ abi: abis[contract], functionName, args: [id] });
            try {
              await publicClient.call({ account: address, to: at[contract], data });
              const { hash } = await wallet.send({ to: at[contract], data }, { verb, jobId: null });
              const { status } = await publicClient.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT_MS });
              if (status !== "success") throw new Error(`${verb} reverted in ${hash}`);
              log.info({ verb, id: id.toString(), hash }, "a seed was kept");
              return hash;
            } catch (error) {
              throw revertReason(verb, error);
            }
          },
          onRefused({ contract, functionName, id }, error) {
            const call = `${contract}.${functionName}(${id})`;
            if (!refused.has(call)) log.warn({ call, error: String(error) }, "the chain took no seed");
            refused.add(call);
          },
        },
        from,
      );
    },
  };
}
