"use client";
import type { Address } from "viem";
import { Usd } from "../money/Usd.tsx";
import { useTokenBalance } from "./useTokenBalance.ts";

/** What the account can spend. */
export function Balance({ account }: { account: Address }) {
  const balance = useTokenBalance(account);
  if (balance.data === undefined) return <span className="skeleton inline-block h-4 w-24" />;
  return <Usd amount={balance.data} testId="balance" />;
}
