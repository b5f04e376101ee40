import { duration } from "./duration.ts";

/** How far a moment is from now, in words. Both in unix seconds. @example relativeTime(90, 100) // "10 s ago" */
export function relativeTime(at: number, now: number): string {
  const away = at - now;
  if (Math.abs(away) < 2) return "now";
  const words = duration(Math.abs(away)).split(" ").slice(0, 2).join(" ");
  return away > 0 ? `in ${words}` : `${words} ago`;
}
