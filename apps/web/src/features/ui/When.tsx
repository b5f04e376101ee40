"use client";
import { relativeTime } from "../../lib/relativeTime.ts";
import { useNow } from "../shell/nowContext.tsx";

/** A moment relative to the chain's clock; the exact one on hover. @param at unix seconds */
export function When({ at }: { at: number }) {
  const now = useNow();
  const exact = new Date(at * 1000);
  return (
    <time dateTime={exact.toISOString()} title={exact.toLocaleString()} suppressHydrationWarning>
      {relativeTime(at, now)}
    </time>
  );
}
