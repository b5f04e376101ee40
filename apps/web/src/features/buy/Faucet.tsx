"use client";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { type Address, createTestClient, encodeFunctionData, http, publicActions, walletActions } from "viem";
import { chainOf } from "../../lib/chainOf.ts";
import { describeError } from "../../lib/describeError.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";

const gift = 100_000_000n;

/** Test dollars on the local chain, sent by an account that the development chain itself keeps unlocked. */
export function Faucet({ account }: { account: Address }) {
  const { market } = useMarket();
  const queries = useQueryClient();
  const [state, setState] = useState<{ busy: boolean; failed?: string }>({ busy: false });
  if (market.chainId !== 31337) return null;
  const give = async () => {
    setState({ busy: true });
    try {
      const client = createTestClient({ mode: "anvil", chain: chainOf(market), transport: http(market.rpcUrl) })
        .extend(publicActions)
        .extend(walletActions);
      const [sender] = await client.getAddresses();
      if (!sender) throw new Error("This chain keeps no unlocked account to send test money from.");
      const data = encodeFunctionData({ abi: testDollarAbi, functionName: "mint", args: [account, gift] });
      const hash = await client.sendTransaction({ account: sender, to: market.paymentToken.address, data });
      await client.waitForTransactionReceipt({ hash });
      await queries.invalidateQueries({ queryKey: ["readContract"] });
      toast("100 test dollars arrived. They are worth nothing outside this machine.");
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, failed: describeError(error) });
    }
  };
  return (
    <div>
      <Button data-testid="faucet" onClick={give} disabled={state.busy}>
        {state.busy ? "Sending test money" : "Get 100 test dollars"}
      </Button>
      <p className="mt-1 text-xs text-muted">Test money of this local chain; it is worth nothing.</p>
      {state.failed && (
        <p role="alert" className="mt-1 text-xs text-failed">
          {state.failed}
        </p>
      )}
    </div>
  );
}
