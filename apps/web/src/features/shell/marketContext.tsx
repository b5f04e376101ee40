"use client";
import type { Market } from "@gristmill/shared/chain/market";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { createScheduler, type Scheduler } from "../../lib/scheduler.ts";

const MarketContext = createContext<{ market: Market; scheduler: Scheduler } | undefined>(undefined);

/** Hands the market this server shows to everything below. */
export function MarketProvider({ market, children }: { market: Market; children: ReactNode }) {
  const value = useMemo(() => ({ market, scheduler: createScheduler(market.schedulerUrl) }), [market]);
  return <MarketContext value={value}>{children}</MarketContext>;
}

export function useMarket(): { market: Market; scheduler: Scheduler } {
  const value = useContext(MarketContext);
  if (!value) throw new Error("useMarket outside MarketProvider");
  return value;
}
