import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type Address, createPublicClient, http } from "viem";
import { shortHash } from "../../lib/shortHash.ts";
import { Usd } from "../money/Usd.tsx";
import { useMarket } from "../shell/marketContext.tsx";
import { LoadError } from "../ui/LoadError.tsx";

/** A buyer's jobs as the chain lists them, newest first, while the scheduler does not answer. */
export function ChainJobs({ buyer, error, retry }: { buyer: Address; error: unknown; retry: () => void }) {
  const { market } = useMarket();
  const jobs = useQuery({
    queryKey: ["chain-jobs", market.rpcUrl, buyer],
    queryFn: async () => {
      const client = createPublicClient({ transport: http(market.rpcUrl) });
      const escrow = { address: market.contracts.escrow, abi: escrowAbi } as const;
      const funded = await client.getContractEvents({
        ...escrow,
        eventName: "JobFunded",
        args: { buyer },
        fromBlock: BigInt(market.startBlock ?? 0),
        strict: true,
      });
      const ids = [...new Set(funded.map(({ args }) => args.jobId))].reverse();
      return Promise.all(
        ids.map(async (jobId) => {
          const money = await client.readContract({ ...escrow, functionName: "jobOf", args: [jobId] });
          return { jobId, ...money };
        }),
      );
    },
  });
  return (
    <div className="flex flex-col gap-4">
      <LoadError what="your jobs from the scheduler" error={error} retry={retry} />
      {jobs.data && jobs.data.length > 0 && (
        <div>
          <p className="text-muted">The chain knows these jobs of this wallet. Open one to see and get its money.</p>
          <ul className="mt-2">
            {jobs.data.map(({ jobId, deposited, refunded, closed }) => (
              <li
                key={jobId}
                data-testid="job-row"
                className="flex flex-wrap justify-between gap-x-6 gap-y-1 border-t border-line py-2.5"
              >
                <Link
                  href={`/jobs/${jobId}`}
                  className="font-mono text-[13px] text-grain-text underline underline-offset-2"
                >
                  {shortHash(jobId)}
                </Link>
                <span className="text-muted">
                  paid in <Usd amount={deposited} />, {closed ? "closed, came back " : "money in escrow"}
                  {closed && <Usd amount={refunded} />}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
