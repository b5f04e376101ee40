import type { Metadata } from "next";
import { Suspense } from "react";
import { BuyPage } from "../../features/buy/BuyPage.tsx";
import { Skeleton } from "../../features/ui/Skeleton.tsx";

export const metadata: Metadata = { title: "Run a job" };

export default function Page() {
  return (
    <Suspense fallback={<Skeleton what="the page" />}>
      <BuyPage />
    </Suspense>
  );
}
