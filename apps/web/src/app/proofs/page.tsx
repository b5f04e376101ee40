import type { Metadata } from "next";
import { Suspense } from "react";
import { ProofsPage } from "../../features/proofs/ProofsPage.tsx";
import { Skeleton } from "../../features/ui/Skeleton.tsx";

export const metadata: Metadata = { title: "What is proven" };

export default function Page() {
  return (
    <Suspense fallback={<Skeleton what="the page" />}>
      <ProofsPage />
    </Suspense>
  );
}
