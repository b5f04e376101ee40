import Link from "next/link";
import type { Hex } from "viem";
import { shortHash } from "../../lib/shortHash.ts";

/** A transaction's hash, short, leading to what it did. */
export function TransactionLink({ hash }: { hash: Hex }) {
  return (
    <Link
      href={`/tx/${hash}`}
      title={hash}
      className="font-mono text-[13px] whitespace-nowrap text-grain-text underline underline-offset-2"
    >
      {shortHash(hash)}
    </Link>
  );
}
