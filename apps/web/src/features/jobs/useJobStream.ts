import { type JobView, jobViewSchema, type LogLine, logLineSchema } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { z } from "zod";
import { useSession } from "../session/useSession.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { mergeLogs } from "./mergeLogs.ts";

export type Connection = "connecting" | "live" | "lost";

const logsSchema = z.array(logLineSchema);
const reconnectMs = 2_000;
const fallbackMs = 5_000;

/**
 * A job as it moves: the scheduler's event stream, plus plain reads while the stream is down.
 * The stream replays from the beginning, so a reload or a second tab shows everything again.
 */
export function useJobStream(jobId: JobId) {
  const { scheduler } = useMarket();
  const queries = useQueryClient();
  const [logs, setLogs] = useState<LogLine[]>([]);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [lostSince, setLostSince] = useState<number>();
  const key = ["job", scheduler.baseUrl, jobId];
  const session = useSession();
  const isSignedOut = session.data === null;
  const job = useQuery({
    queryKey: key,
    queryFn: () => scheduler.get(`/v1/jobs/${jobId}`, jobViewSchema),
    enabled: session.isError || Boolean(session.data),
    refetchInterval: connection === "live" ? false : fallbackMs,
  });
  const isReadable = job.data !== undefined;
  // A query that never had an answer forgets its error while it asks again; the page must not fall back to its skeleton each time.
  const [failure, setFailure] = useState<Error>();
  useEffect(() => {
    if (job.error) setFailure(job.error);
    else if (job.isSuccess) setFailure(undefined);
  }, [job.error, job.isSuccess]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key follows from the scheduler and the job's id
  useEffect(() => {
    // Asked for only by who may see it: a refused stream would be tried for ever.
    if (!isReadable) return undefined;
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout>;
    let ended = false;
    const open = () => {
      source = new EventSource(`${scheduler.baseUrl}/v1/jobs/${jobId}/events`, { withCredentials: true });
      source.onopen = () => {
        setConnection("live");
        setLostSince(undefined);
      };
      source.addEventListener("job", (event: MessageEvent<string>) => {
        const parsed = jobViewSchema.safeParse(JSON.parse(event.data));
        if (parsed.success) queries.setQueryData<JobView>(key, parsed.data);
      });
      source.addEventListener("log", (event: MessageEvent<string>) => {
        const parsed = logsSchema.safeParse(JSON.parse(event.data));
        if (parsed.success) setLogs((before) => mergeLogs(before, parsed.data));
      });
      source.onerror = () => {
        setConnection("lost");
        setLostSince((before) => before ?? Math.floor(Date.now() / 1000));
        // The browser reconnects by itself unless the answer was an error; then it is tried anew here.
        if (source.readyState === EventSource.CLOSED && !ended) timer = setTimeout(open, reconnectMs);
      };
    };
    open();
    return () => {
      ended = true;
      clearTimeout(timer);
      source.close();
    };
  }, [scheduler, jobId, isReadable]);

  return { job, failure: job.error ?? failure, logs, connection, lostSince, isSignedOut };
}
