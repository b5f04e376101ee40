import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import type { JobId } from "@gristmill/shared/ids/ids";
import { termsForChain } from "@gristmill/shared/job/terms";
import { endReasons } from "@gristmill/shared/lease/leaseState";
import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  hashTypedData,
  type LocalAccount,
  type PublicClient,
  parseAbiItem,
} from "viem";
import type { MarketActions } from "../../application/ports.ts";
import type { MarketContracts } from "./marketContracts.ts";
import type { Call, Sender } from "./sender.ts";

const transferEvent = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");

/** Providers of chain access bound how far back one search may look. */
const PAYMENT_SEARCH_BLOCKS = 5_000n;

export interface MarketActionsDeps {
  publicClient: PublicClient;
  contracts: MarketContracts;
  chainId: number;
  account: LocalAccount;
  sender: Sender;
  startWindow: number;
  /** Waits until the index has this block. */
  catchUp(blockNumber: bigint): Promise<void>;
  /** Reads a transaction of another contract into the index. */
  noteTransaction(hash: Hex, verb: string): Promise<void>;
}

/** Everything that the scheduler's account does on chain. */
export function createMarketActions(deps: MarketActionsDeps): MarketActions {
  const { publicClient, contracts, chainId, account, sender } = deps;
  const domain = marketDomain(chainId, contracts.market);
  const send = async (verb: string, jobId: JobId, to: Address, data: Hex, placement?: Call["placement"]) => {
    await deps.catchUp(await sender.send({ verb, jobId, to, data, placement }));
  };
  const market = (verb: string, jobId: JobId, data: Hex) => send(verb, jobId, contracts.market, data);
  const escrow = (verb: string, jobId: JobId, data: Hex) => send(verb, jobId, contracts.escrow, data);
  return {
    startWindow: deps.startWindow,
    sweep: (terms, jobId) =>
      escrow(
        "sweep",
        jobId,
        encodeFunctionData({ abi: escrowAbi, functionName: "sweep", args: [termsForChain(terms)] }),
      ),
    assign: (terms, jobId, members, decision) => {
      const [{ assetId, listingVersion, maxSeconds }] = members;
      const gang = members.map((member) => ({ ...member, assetId: BigInt(member.assetId) }));
      const data =
        members.length === 1
          ? encodeFunctionData({
              abi: marketplaceAbi,
              functionName: "assign",
              args: [termsForChain(terms), BigInt(assetId), listingVersion, maxSeconds],
            })
          : encodeFunctionData({ abi: marketplaceAbi, functionName: "assignGang", args: [termsForChain(terms), gang] });
      return send("assign", jobId, contracts.market, data, decision);
    },
    end: (terms, jobId, leaseId, reason) => {
      const args = [termsForChain(terms), leaseId, endReasons.indexOf(reason)] as const;
      return market("end", jobId, encodeFunctionData({ abi: marketplaceAbi, functionName: "end", args }));
    },
    refundInference: (terms, jobId, leaseId) => {
      const args = [termsForChain(terms), leaseId] as const;
      const data = encodeFunctionData({ abi: marketplaceAbi, functionName: "refundInference", args });
      return market("refundInference", jobId, data);
    },
    accept: (terms, jobId, spent, signature) => {
      const args = [termsForChain(terms), spent, signature] as const;
      return market("accept", jobId, encodeFunctionData({ abi: marketplaceAbi, functionName: "accept", args }));
    },
    settle: (terms, jobId) =>
      market(
        "settle",
        jobId,
        encodeFunctionData({ abi: marketplaceAbi, functionName: "settle", args: [termsForChain(terms)] }),
      ),
    release: (terms, jobId, payee) =>
      escrow(
        "release",
        jobId,
        encodeFunctionData({ abi: escrowAbi, functionName: "release", args: [termsForChain(terms), payee] }),
      ),
    finish: (terms, jobId, leaseId) => {
      const args = [termsForChain(terms), leaseId] as const;
      return market("finish", jobId, encodeFunctionData({ abi: marketplaceAbi, functionName: "finish", args }));
    },
    vaultBalance: (vault, token) =>
      publicClient.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [vault] }),
    async findPayment(vault, token) {
      const newest = await publicClient.getBlockNumber();
      const fromBlock = newest > PAYMENT_SEARCH_BLOCKS ? newest - PAYMENT_SEARCH_BLOCKS : 0n;
      const logs = await publicClient.getLogs({ address: token, event: transferEvent, args: { to: vault }, fromBlock });
      return logs.at(-1)?.transactionHash;
    },
    noteTransaction: deps.noteTransaction,
    verifyAcceptance(buyer, jobId, spent, signature) {
      const types = { Acceptance: marketTypes.Acceptance };
      const hash = hashTypedData({ domain, types, primaryType: "Acceptance", message: { jobId, spent } });
      // Also asks a smart-contract wallet (EIP-1271).
      return publicClient.verifyHash({ address: buyer, hash, signature });
    },
    signTick: (tick) =>
      account.signTypedData({ domain, types: { Tick: marketTypes.Tick }, primaryType: "Tick", message: tick }),
  };
}
