import type { JobId } from "@gristmill/shared/ids/ids";
import { useQuery } from "@tanstack/react-query";
import { createPublicClient, http } from "viem";
import { useMarket } from "../shell/marketContext.tsx";
import { readChainJob } from "./readChainJob.ts";

const refreshMs = 4_000;

/** The job as the chain alone tells it, while the scheduler does not. `data` is null: the chain knows no such job. */
export function useChainJob(jobId: JobId, enabled: boolean) {
  const { market } = useMarket();
  return useQuery({
    queryKey: ["chain-job", market.rpcUrl, jobId],
    queryFn: () => readChainJob(createPublicClient({ transport: http(market.rpcUrl) }), market, jobId),
    enabled,
    refetchInterval: refreshMs,
  });
}
