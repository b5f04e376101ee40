import { pageQuerySchema, pageSchema } from "@gristmill/shared/api/page";
import { acceptanceSchema } from "@gristmill/shared/api/quote";
import {
  jobSummarySchema,
  jobViewSchema,
  logLineSchema,
  publicJobSchema,
  receiptViewSchema,
} from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type JobId, jobIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { jobsOfPrincipal } from "../jobsOfPrincipal.ts";
import { logPage } from "../logPage.ts";
import { answers } from "../problem/answers.ts";
import { publicJobOf } from "../publicJobOf.ts";
import { receiptsOf } from "../receiptsOf.ts";
import { takePage } from "../takePage.ts";

const params = z.object({ jobId: jobIdSchema });

export function jobRoutes(app: App, { reads, commands }: HttpDeps, limits: HttpLimits): void {
  const costly = { access: "anyone" as const, rateLimit: { max: limits.costlyRequestsPerMinute } };
  const jobOf = async (jobId: JobId) => {
    const job = await reads.job(jobId);
    if (!job) throw new BaseError("not_found", `there is no funded job ${jobId}`);
    return job;
  };

  app.get(
    "/v1/jobs",
    {
      config: { access: "session" },
      schema: {
        tags: ["jobs"],
        summary: "Your jobs, newest first",
        description: "Of the wallet that signed in, and those that this client paid for.",
        querystring: pageQuerySchema,
        response: answers(200, "A page of the jobs", pageSchema(jobSummarySchema), 401, 422),
      },
    },
    ({ principal, query }) => jobsOfPrincipal(principal, query, reads),
  );
  app.get(
    "/v1/jobs/:jobId",
    {
      config: { access: "job" },
      schema: {
        tags: ["jobs"],
        summary: "One job: status, leases, receipts, proofs, money",
        description: "`output.manifest.files[].sha256` are fetched from `GET /v1/artifacts/{sha256}`.",
        params,
        response: answers(200, "The job", jobViewSchema, 401, 403, 404, 422),
      },
    },
    ({ params: { jobId } }) => jobOf(jobId),
  );
  app.get(
    "/v1/jobs/:jobId/public",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["jobs"],
        summary: "What the chain tells everybody about a job: status, money, leases, receipts",
        params,
        response: answers(200, "The public side of the job", publicJobSchema, 404, 422),
      },
    },
    async ({ params: { jobId } }) => publicJobOf(await jobOf(jobId)),
  );
  app.get(
    "/v1/jobs/:jobId/receipts",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["jobs"],
        summary: "A job's receipts with their proofs, newest first",
        description: "What the chain tells everybody. A long job has thousands.",
        params,
        querystring: pageQuerySchema,
        response: answers(200, "A page of the receipts", pageSchema(receiptViewSchema), 404, 422),
      },
    },
    async ({ params: { jobId }, query }) => takePage(receiptsOf(await jobOf(jobId)), query),
  );
  app.get(
    "/v1/jobs/:jobId/logs",
    {
      config: { access: "job" },
      schema: {
        tags: ["jobs"],
        summary: "A job's log, oldest first",
        description: "What is stored by now. `GET /v1/jobs/{jobId}/events` follows it as it grows.",
        params,
        querystring: pageQuerySchema,
        response: answers(200, "A page of the log", pageSchema(logLineSchema), 401, 403, 404, 422),
      },
    },
    ({ params: { jobId }, query }) => logPage(jobId, query, reads),
  );
  app.post(
    "/v1/jobs/:jobId/acceptance",
    {
      config: costly,
      schema: {
        tags: ["jobs"],
        summary: "Countersign what was spent",
        description:
          "EIP-712 `Acceptance(bytes32 jobId, uint256 spent)` under the market contract's domain (`Gristmill Market`, version `1`), signed by the buyer. `spent` is the job's `spent` now: what providers get and its fee. The scheduler relays it and pays the gas; the rest returns to `refundTo`. Without it the same happens after the claim window.",
        params,
        body: acceptanceSchema,
        response: answers(200, "The public side of the job after it", publicJobSchema, 404, 409, 422),
      },
    },
    async ({ params: { jobId }, body: { spent, signature } }) => {
      await jobOf(jobId);
      await commands.accept(jobId, spent, signature);
      return publicJobOf(await jobOf(jobId));
    },
  );
  app.post(
    "/v1/jobs/:jobId/settle",
    {
      config: costly,
      schema: {
        tags: ["jobs"],
        summary: "Close a job whose time has come",
        description: "Anybody may ask. Sends `settle`, which returns what was not used to `refundTo`.",
        params,
        body: z.strictObject({}).nullish(),
        response: answers(200, "The public side of the job after it", publicJobSchema, 404, 409, 422),
      },
    },
    async ({ params: { jobId } }) => {
      await jobOf(jobId);
      await commands.settle(jobId);
      return publicJobOf(await jobOf(jobId));
    },
  );
}
