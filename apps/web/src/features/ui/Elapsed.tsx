"use client";
import { duration } from "../../lib/duration.ts";
import { useNow } from "../shell/nowContext.tsx";

/** How long something has been going on. @param since unix seconds */
export function Elapsed({ since }: { since: number }) {
  const now = useNow();
  return <span suppressHydrationWarning>{duration(now - since)}</span>;
}
