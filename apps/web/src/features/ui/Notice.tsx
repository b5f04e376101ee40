import { CircleAlert, CircleCheck, Info } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "./Badge.tsx";

const icons = { neutral: Info, waiting: Info, proven: CircleCheck, failed: CircleAlert };
const colours = { neutral: "text-muted", waiting: "text-waiting", proven: "text-proven", failed: "text-failed" };

/** Something the reader should know, said aloud by screen readers when it appears. */
export function Notice({ tone = "neutral", title, children }: { tone?: Tone; title: string; children?: ReactNode }) {
  const Icon = icons[tone];
  return (
    <div
      role={tone === "failed" ? "alert" : "status"}
      className="flex gap-3 rounded-md border border-line bg-surface p-3"
    >
      <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${colours[tone]}`} />
      <div className="min-w-0">
        <p className="font-medium break-words first-letter:uppercase">{title}</p>
        {children && <div className="mt-1 break-words text-muted">{children}</div>}
      </div>
    </div>
  );
}
