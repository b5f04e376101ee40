import { type JobView, jobViewSchema, type LogLine, logLineSchema } from "@gristmill/shared/api/views";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { z } from "zod";

/**
 * Follows a job's Server-Sent Events until `until` holds.
 * @param token of the paid order
 * @param onChange called with every new state of the job, `onLog` with every log line
 * @throws when the stream ends or nothing is heard of the job for `timeoutMs`
 */
export async function watchJob(
  schedulerUrl: string,
  jobId: string,
  options: {
    until: (job: JobView) => boolean;
    onChange: (job: JobView) => void;
    onLog: (line: LogLine) => void;
    timeoutMs: number;
    token: string;
  },
): Promise<JobView> {
  const answer = await fetch(`${schedulerUrl}/v1/jobs/${jobId}/events`, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${options.token}` },
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  if (!answer.ok || !answer.body) throw new Error(`the job's events answered HTTP ${answer.status}`);
  const events = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const event of events) {
    if (event.event === "log") {
      for (const line of z.array(logLineSchema).parse(JSON.parse(event.data))) options.onLog(line);
    }
    if (event.event === "job") {
      const job = jobViewSchema.parse(JSON.parse(event.data));
      options.onChange(job);
      if (options.until(job)) return job;
    }
  }
  throw new Error("the job's events ended before the job did");
}
