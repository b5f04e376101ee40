"use client";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { createPublicClient, http } from "viem";
import { useMarket } from "./marketContext.tsx";

const NowContext = createContext<number | undefined>(undefined);

/**
 * The chain's clock, in unix seconds, ticking. Blocks come rarely on a quiet chain, so the wall clock counts on from
 * the newest one; a chain whose time was moved ahead (the local demo does so) stays ahead.
 */
export function NowProvider({ children }: { children: ReactNode }) {
  const { market } = useMarket();
  const ahead = useQuery({
    queryKey: ["chain-clock", market.rpcUrl],
    queryFn: async () => {
      const client = createPublicClient({ transport: http(market.rpcUrl) });
      // The newest block may be old on a quiet chain; the pending one has the time that the next event will bear.
      const block = await client.getBlock({ blockTag: "pending" }).catch(() => client.getBlock());
      return Math.max(0, Number(block.timestamp) - Math.floor(Date.now() / 1000));
    },
    refetchInterval: 15_000,
  });
  const [wall, setWall] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => setWall(Math.floor(Date.now() / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={wall + (ahead.data ?? 0)}>{children}</NowContext>;
}

/** Unix seconds of the chain's clock; re-renders every second. */
export function useNow(): number {
  return useContext(NowContext) ?? Math.floor(Date.now() / 1000);
}
