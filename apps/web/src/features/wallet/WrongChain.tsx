"use client";
import { useConnection, useSwitchChain } from "wagmi";
import { describeError } from "../../lib/describeError.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";

/** Whether the connected wallet is on another chain than the market. */
export function useOnWrongChain(): boolean {
  const { market } = useMarket();
  const connection = useConnection();
  return connection.chainId !== undefined && connection.chainId !== market.chainId;
}

/** Says that the wallet is on another chain, and offers the switch. Nothing when it is not. */
export function WrongChain() {
  const { market } = useMarket();
  const connection = useConnection();
  const wrong = useOnWrongChain();
  const change = useSwitchChain();
  if (!wrong) return null;
  return (
    <Notice
      tone="waiting"
      title={`Your wallet is on chain ${connection.chainId}; this market is on ${market.chainId}.`}
    >
      <p>Nothing can be signed here until it switches. Nothing was charged.</p>
      <Button className="mt-2" disabled={change.isPending} onClick={() => change.mutate({ chainId: market.chainId })}>
        Switch to this market's chain
      </Button>
      {change.error && <p className="mt-2 text-failed">{describeError(change.error)}</p>}
    </Notice>
  );
}
