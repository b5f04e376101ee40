import { jobIdSchema } from "@gristmill/shared/ids/ids";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { JobPage } from "../../../features/jobs/JobPage.tsx";
import { shortHash } from "../../../lib/shortHash.ts";

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: `Job ${shortHash((await params).id)}` };
}

export default async function Page({ params }: Params) {
  const id = jobIdSchema.safeParse((await params).id);
  if (!id.success) notFound();
  return <JobPage jobId={id.data} />;
}
