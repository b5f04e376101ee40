import { bytes32Schema } from "@gristmill/shared/ids/ids";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { TransactionPage } from "../../../features/transactions/TransactionPage.tsx";
import { shortHash } from "../../../lib/shortHash.ts";

type Params = { params: Promise<{ hash: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: `Transaction ${shortHash((await params).hash)}` };
}

export default async function Page({ params }: Params) {
  const hash = bytes32Schema.safeParse((await params).hash);
  if (!hash.success) notFound();
  return <TransactionPage hash={hash.data} />;
}
