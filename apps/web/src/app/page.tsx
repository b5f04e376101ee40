import type { Metadata } from "next";
import { Suspense } from "react";
import { MarketplacePage } from "../features/marketplace/MarketplacePage.tsx";
import { Skeleton } from "../features/ui/Skeleton.tsx";

export const metadata: Metadata = { title: "Marketplace" };

export default function Page() {
  return (
    <Suspense fallback={<Skeleton what="the page" />}>
      <MarketplacePage />
    </Suspense>
  );
}
