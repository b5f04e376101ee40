"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { createPublicClient, type Hex, http, TransactionReceiptNotFoundError } from "viem";
import { useMarket } from "../shell/marketContext.tsx";
import { Badge } from "../ui/Badge.tsx";
import { buttonClass } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { When } from "../ui/When.tsx";
import { decodeEvents } from "./decodeEvents.ts";

/** One transaction as the chain tells it, with the market's events in words. */
export function TransactionPage({ hash }: { hash: Hex }) {
  const { market } = useMarket();
  const transaction = useQuery({
    queryKey: ["transaction", market.rpcUrl, hash],
    queryFn: async () => {
      const client = createPublicClient({ transport: http(market.rpcUrl) });
      try {
        const receipt = await client.getTransactionReceipt({ hash });
        const block = await client.getBlock({ blockNumber: receipt.blockNumber });
        return { receipt, at: Number(block.timestamp) };
      } catch (error) {
        if (error instanceof TransactionReceiptNotFoundError) return null;
        throw error;
      }
    },
    // Looked for again until it is there: the page may be opened before its block.
    refetchInterval: (query) => (query.state.data === null ? 4_000 : false),
  });
  if (transaction.isError) {
    return <LoadError what="the transaction" error={transaction.error} retry={() => void transaction.refetch()} />;
  }
  if (transaction.data === undefined) return <Skeleton lines={8} what="the transaction" />;
  if (transaction.data === null) {
    return (
      <div className="panel">
        <EmptyState
          wholePage
          title="Not in a block"
          action={
            <Link className={buttonClass()} href="/jobs">
              To my jobs
            </Link>
          }
        >
          This chain has no such transaction, or it is not in a block yet. Nothing of it has taken effect. This page
          looks again every few seconds.
        </EmptyState>
      </div>
    );
  }
  const { receipt, at } = transaction.data;
  const events = decodeEvents(receipt.logs, market.paymentToken.address);
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-6">
      <h1 className="flex flex-wrap items-center gap-3">
        Transaction <Hash value={hash} name="transaction hash" />
        <Badge tone={receipt.status === "success" ? "proven" : "failed"}>
          {receipt.status === "success" ? "took effect" : "reverted, no effect"}
        </Badge>
      </h1>
      <Panel title="On the chain">
        <Facts
          rows={[
            ["When", <When key="w" at={at} />],
            ["Block", receipt.blockNumber.toLocaleString("en")],
            ["Sent by", <Hash key="f" value={receipt.from} name="sender" />],
            ["To", receipt.to ? <Hash key="t" value={receipt.to} name="receiver" /> : "a new contract"],
            ["Gas used", receipt.gasUsed.toLocaleString("en")],
          ]}
        />
      </Panel>
      <Panel title="What it did">
        {events.length === 0 && <p className="text-muted">No event of this market's contracts.</p>}
        <ol className="flex flex-col gap-4">
          {events.map((event) => (
            <li key={event.logIndex} className="min-w-0 border-b border-line pb-4 last:border-0 last:pb-0">
              <p className="font-medium">{event.name}</p>
              <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
                {event.values.map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-muted">{name}</dt>
                    <dd className="font-mono break-all">{value}</dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}
