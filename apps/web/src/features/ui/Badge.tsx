import type { ReactNode } from "react";
import { Hint } from "./Hint.tsx";

const tones = {
  neutral: "text-muted border-line",
  proven: "text-proven border-current/40",
  waiting: "text-waiting border-current/40",
  failed: "text-failed border-current/40",
} as const;

export type Tone = keyof typeof tones;

/** A word of state. With a hint it can be focused, and explains itself in plain words. */
export function Badge({ tone = "neutral", hint, children }: { tone?: Tone; hint?: string; children: ReactNode }) {
  const badge = (
    <span
      className={`inline-flex items-center gap-1 rounded border px-1.5 text-xs leading-5 whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
  return hint ? <Hint text={hint}>{badge}</Hint> : badge;
}
