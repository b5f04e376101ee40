"use client";
import { pageSchema } from "@gristmill/shared/api/page";
import { jobSummarySchema } from "@gristmill/shared/api/views";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useConnection } from "wagmi";
import { shortHash } from "../../lib/shortHash.ts";
import { signedJobs } from "../buy/pendingJobs.ts";
import { Usd } from "../money/Usd.tsx";
import { SignInPanel } from "../session/SignInPanel.tsx";
import { useSession } from "../session/useSession.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button, buttonClass } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { When } from "../ui/When.tsx";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { ChainJobs } from "./ChainJobs.tsx";
import { JobStatusBadge } from "./JobStatusBadge.tsx";

const jobsSchema = pageSchema(jobSummarySchema);
const cell =
  "py-2.5 pr-4 max-md:flex max-md:justify-between max-md:gap-4 max-md:py-1 max-md:pr-0 max-md:before:text-muted max-md:before:content-[attr(data-label)]";

/** The connected buyer's jobs, newest first. */
export function JobsPage() {
  const { scheduler } = useMarket();
  const connection = useConnection();
  const mounted = useMounted();
  const buyer = mounted ? connection.address : undefined;
  const session = useSession();
  const jobs = useInfiniteQuery({
    queryKey: ["jobs", scheduler.baseUrl, buyer],
    queryFn: ({ pageParam }) => scheduler.get(`/v1/jobs${pageParam && `?cursor=${pageParam}`}`, jobsSchema),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    enabled: buyer !== undefined && (session.isError || Boolean(session.data)),
    refetchInterval: 4_000,
  });
  const listed = jobs.data?.pages.flatMap(({ items }) => items);
  const known = new Set(listed?.map((job) => job.jobId as string));
  const unseen = listed && !jobs.hasNextPage ? signedJobs().filter((id) => !known.has(id)) : [];
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h1>My jobs</h1>
        {buyer && (
          <Link href="/buy" className={buttonClass("primary")}>
            Run a job
          </Link>
        )}
      </div>
      <Panel title="Jobs">
        {!buyer ? (
          <EmptyState title="Whose jobs?" action={<ConnectButton look="primary" />}>
            Connect the wallet that paid, and every job of it is listed here, on any computer.
          </EmptyState>
        ) : session.data === null ? (
          <SignInPanel what="your jobs" />
        ) : jobs.isError && !listed ? (
          <ChainJobs buyer={buyer} retry={() => jobs.refetch()} error={jobs.error} />
        ) : !listed ? (
          <Skeleton lines={4} what="your jobs" />
        ) : listed.length === 0 ? (
          <EmptyState
            title="No job yet"
            action={
              <Link href="/buy" className={buttonClass("primary")}>
                Run your first job
              </Link>
            }
          >
            Each job you pay for appears here, with what it cost and what came back.
          </EmptyState>
        ) : (
          <table className="w-full text-left max-md:block">
            <thead className="max-md:sr-only">
              <tr className="border-b border-line text-muted">
                <th scope="col" className="py-2 pr-4 font-medium">
                  Job
                </th>
                <th scope="col" className="py-2 pr-4 font-medium">
                  State
                </th>
                <th scope="col" className="py-2 pr-4 font-medium">
                  Ordered
                </th>
                <th scope="col" className="py-2 pr-4 text-right font-medium">
                  Paid in
                </th>
                <th scope="col" className="py-2 pr-4 text-right font-medium">
                  Used, fee included
                </th>
                <th scope="col" className="py-2 text-right font-medium">
                  Came back
                </th>
              </tr>
            </thead>
            <tbody className="max-md:flex max-md:flex-col max-md:gap-3">
              {listed.map((job) => (
                <tr
                  key={job.jobId}
                  data-testid="job-row"
                  className="border-b border-line last:border-0 max-md:flex max-md:flex-col max-md:rounded-md max-md:border max-md:p-3"
                >
                  <th scope="row" className={`${cell} font-normal`} data-label="Job">
                    <Link
                      href={`/jobs/${job.jobId}`}
                      className="font-mono text-[13px] text-grain-text underline underline-offset-2"
                    >
                      {shortHash(job.jobId)}
                    </Link>
                  </th>
                  <td className={cell} data-label="State">
                    <JobStatusBadge status={job.status} />
                  </td>
                  <td className={cell} data-label="Ordered">
                    <When at={job.createdAt} />
                  </td>
                  <td className={`${cell} md:text-right`} data-label="Paid in">
                    <Usd amount={job.money.deposited} />
                  </td>
                  <td className={`${cell} md:text-right`} data-label="Used, fee included">
                    <Usd amount={job.money.paid + job.money.booked + job.money.fees} />
                  </td>
                  <td className={`${cell} md:pr-0 md:text-right`} data-label="Came back">
                    <Usd amount={job.money.refunded} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {jobs.hasNextPage && (
          <Button className="mt-3" disabled={jobs.isFetchingNextPage} onClick={() => jobs.fetchNextPage()}>
            Show older jobs
          </Button>
        )}
        {buyer && session.data && session.data.address !== buyer && (
          <div className="mt-4 border-t border-line pt-3">
            <SignInPanel what="every job of this wallet, not only those paid for in this browser" />
          </div>
        )}
        {unseen.length > 0 && (
          <div className="mt-4 border-t border-line pt-3 text-muted">
            <p>Signed in this browser, by this or another wallet, and not in the list:</p>
            <ul className="mt-1 flex flex-wrap gap-3">
              {unseen.map((id) => (
                <li key={id}>
                  <Link href={`/jobs/${id}`} className="font-mono text-[13px] underline">
                    {shortHash(id)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Panel>
    </div>
  );
}
