"use client";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { JobId } from "@gristmill/shared/ids/ids";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { useQuery } from "@tanstack/react-query";
import { type Abi, createPublicClient, erc20Abi, http } from "viem";
import { shortHash } from "../../lib/shortHash.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { useNow } from "../shell/nowContext.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { When } from "../ui/When.tsx";
import { ExitByWallet } from "./ExitByWallet.tsx";

/** A payment that reached the job's vault and no further, with a scheduler that is gone: the way to take it back. */
export function VaultPanel({ jobId, terms }: { jobId: JobId; terms: Terms }) {
  const { market } = useMarket();
  const now = useNow();
  const { escrow } = market.contracts;
  const vault = useQuery({
    queryKey: ["vault", market.rpcUrl, jobId],
    queryFn: async () => {
      const client = createPublicClient({ transport: http(market.rpcUrl) });
      const address = await client.readContract({
        address: escrow,
        abi: escrowAbi,
        functionName: "vaultOf",
        args: [jobId],
      });
      return client.readContract({ address: terms.token, abi: erc20Abi, functionName: "balanceOf", args: [address] });
    },
    refetchInterval: 4_000,
  });
  const to = shortHash(terms.refundTo);
  const back = formatUsd(vault.data ?? 0n);
  return (
    <Panel title="Money back">
      {vault.data === undefined ? (
        <Skeleton lines={3} what="the job's vault" />
      ) : vault.data === 0n ? (
        <Notice title="Nothing of your payment is in this job's vault.">
          It was never taken, or it went back to {to} already. The signature lapses within the hour.
        </Notice>
      ) : (
        <div className="flex flex-col items-start gap-3">
          <p>
            Your payment of {back} USD is in this job's vault, and the job was never opened. You can take it back now;
            from <When at={terms.leaseEnd} /> on, anybody can send it to {to}.
          </p>
          <ExitByWallet
            call={{
              address: escrow,
              abi: escrowAbi as Abi,
              functionName: "returnVault",
              args: [termsForChain(terms), terms.token],
            }}
            back={back}
            refundTo={terms.refundTo}
            by={now >= terms.leaseEnd ? "anybody" : "buyer"}
            onDone={() => void vault.refetch()}
          />
        </div>
      )}
    </Panel>
  );
}
