import { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { jobIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { jobEvents, STREAM_MOVES } from "../jobEvents.ts";

export function eventRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { reads, sessions } = deps;
  const open = new Set<AbortController>();
  app.addHook("preClose", async () => {
    for (const controller of open) controller.abort(STREAM_MOVES);
  });
  app.get(
    "/v1/jobs/:jobId/events",
    {
      config: { access: "job" },
      schema: {
        tags: ["jobs"],
        summary: "A job's status and logs as they come (Server-Sent Events)",
        description:
          "`event: job` carries a `Job`, `event: log` an array of `LogLine` with an `id` that `Last-Event-ID` resumes after; without it everything is replayed from the beginning. A comment every 15 s keeps the line open.",
        params: z.object({ jobId: jobIdSchema }),
        response: { 200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } } },
      },
    },
    async ({ params: { jobId }, headers, raw, principal }, reply) => {
      if (!(await reads.job(jobId))) throw new BaseError("not_found", `there is no funded job ${jobId}`);
      if (open.size >= limits.eventStreams) throw new BaseError("too_many_requests", "too many open event streams");
      const controller = new AbortController();
      open.add(controller);
      // A session that was ended ends here too, within a heartbeat.
      const recheck = setInterval(async () => {
        const isLive = principal.kind === "session" && (await sessions.isLive(principal.tokenHash).catch(() => true));
        if (!isLive) controller.abort();
      }, limits.heartbeatMs);
      raw.once("close", () => {
        clearInterval(recheck);
        open.delete(controller);
        controller.abort();
      });
      const resumed = /^\d{1,15}$/.exec(String(headers["last-event-id"] ?? ""));
      const events = jobEvents({
        reads,
        jobId,
        afterLogId: resumed ? Number(resumed[0]) : undefined,
        heartbeatMs: limits.heartbeatMs,
        signal: controller.signal,
      });
      reply.header("content-type", "text/event-stream; charset=utf-8");
      reply.header("cache-control", "no-cache, no-transform").header("x-accel-buffering", "no");
      return reply.send(Readable.from(events, { objectMode: false }) as never);
    },
  );
}
