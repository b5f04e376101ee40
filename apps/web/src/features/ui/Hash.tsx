"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { shortHash } from "../../lib/shortHash.ts";

/** A hash, address or long number: short, whole on hover, copied by a click. */
export function Hash({
  value,
  name = "value",
  short = shortHash(value),
}: {
  value: string;
  name?: string;
  /** What is shown of it; else its two ends. */
  short?: string;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      toast(`The browser did not allow copying. The ${name}: ${value}`);
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={copy}
      title={value}
      aria-label={`Copy ${name} ${short}`}
      className="inline-flex items-center gap-1 rounded whitespace-nowrap font-mono text-[13px] hover:text-grain-text"
    >
      {short}
      <Icon aria-hidden size={12} className="text-muted" />
    </button>
  );
}
