import type { Page, PageQuery } from "@gristmill/shared/api/page";
import type { JobSummary } from "@gristmill/shared/api/views";
import type { MarketReads } from "../../application/marketReads.ts";
import { newestFirst } from "../../domain/page/pageOf.ts";
import type { Principal } from "./access/principal.ts";
import { takePage } from "./takePage.ts";

/** A page of the jobs of the wallet that signed in and of those that its client paid for, newest first. */
export async function jobsOfPrincipal(
  principal: Principal,
  query: PageQuery,
  reads: MarketReads,
): Promise<Page<JobSummary>> {
  if (principal.kind === "anyone") return { items: [], next: null };
  const { address, jobs } = principal;
  const own = address === null ? [] : await reads.jobsOf(address);
  const ids = [...new Set([...own, ...jobs])];
  const known = ids.flatMap((jobId) => {
    const fundedAt = reads.fundedAt(jobId);
    return fundedAt === undefined ? [] : [{ jobId, fundedAt }];
  });
  const listing = newestFirst("jobs", known, { at: ({ fundedAt }) => fundedAt, id: ({ jobId }) => jobId });
  const { items, next } = takePage(listing, query);
  const views = await Promise.all(items.map(({ jobId }) => reads.job(jobId)));
  const summaries = views
    .filter((job) => job !== undefined)
    .map(({ jobId, status, detail, createdAt, workload, money }) => {
      return { jobId, status, detail, createdAt, image: workload.image, money };
    });
  return { items: summaries, next };
}
