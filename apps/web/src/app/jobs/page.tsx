import type { Metadata } from "next";
import { Suspense } from "react";
import { JobsPage } from "../../features/jobs/JobsPage.tsx";
import { Skeleton } from "../../features/ui/Skeleton.tsx";

export const metadata: Metadata = { title: "My jobs" };

export default function Page() {
  return (
    <Suspense fallback={<Skeleton what="the page" />}>
      <JobsPage />
    </Suspense>
  );
}
