import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { Abi, Address, Hex, TransactionReceipt } from "viem";
import { useConfig } from "wagmi";
import { simulateContract, waitForTransactionReceipt, writeContract } from "wagmi/actions";
import { useMarket } from "../shell/marketContext.tsx";

export interface Call {
  address: Address;
  abi: Abi;
  functionName: string;
  args: readonly unknown[];
  value?: bigint;
}

/**
 * Sends one contract call by the connected wallet and waits until it is in a block. It is simulated first, so that
 * what would fail is said before the wallet opens.
 */
export function useTransaction() {
  const { market } = useMarket();
  const config = useConfig();
  const queries = useQueryClient();
  const [step, setStep] = useState<string>();
  const [failure, setFailure] = useState<unknown>();

  const send = async (account: Address, call: Call): Promise<TransactionReceipt> => {
    setStep("Checking with the contract");
    const request = { ...call, account, chainId: market.chainId } as unknown as Parameters<typeof writeContract>[1];
    await simulateContract(config, request as unknown as Parameters<typeof simulateContract>[1]);
    setStep("Waiting for your wallet");
    const hash: Hex = await writeContract(config, request);
    setStep("Waiting for the block; usually a few seconds");
    const receipt = await waitForTransactionReceipt(config, { hash, chainId: market.chainId });
    if (receipt.status !== "success")
      throw new Error("The transaction was reverted. Nothing changed but the gas you paid.");
    return receipt;
  };

  /** Runs calls one after the other as one decision; says how it ended. */
  const run = async (work: (send_: typeof send) => Promise<void>, done: string): Promise<void> => {
    setFailure(undefined);
    try {
      await work(send);
      toast(done);
    } catch (error) {
      setFailure(error);
    }
    setStep(undefined);
    await queries.invalidateQueries();
  };
  return { run, step, failure, busy: step !== undefined };
}
