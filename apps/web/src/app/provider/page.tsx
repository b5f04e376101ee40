import type { Metadata } from "next";
import { Suspense } from "react";
import { ProviderPage } from "../../features/provider/ProviderPage.tsx";
import { Skeleton } from "../../features/ui/Skeleton.tsx";

export const metadata: Metadata = { title: "Provide" };

export default function Page() {
  return (
    <Suspense fallback={<Skeleton what="the page" />}>
      <ProviderPage />
    </Suspense>
  );
}
