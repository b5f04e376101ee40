import { newWebhookSchema, openedWebhookSchema, webhookSchema } from "@gristmill/shared/api/webhook";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { z } from "zod";
import { ownsJob } from "../access/guard.ts";
import type { Principal } from "../access/principal.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function webhookRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { webhooks, reads } = deps;
  app.post(
    "/v1/webhooks",
    {
      config: { access: "session", rateLimit: { max: limits.costlyRequestsPerMinute } },
      schema: {
        tags: ["webhooks"],
        summary: "Have a server of yours told of a job, or of every job of your wallet",
        description:
          "Requests are signed after Standard Webhooks 1.0 with the `secret` of this answer, which is shown once. The URL must be https and lead to the public internet.",
        body: newWebhookSchema,
        response: answers(201, "The webhook and its secret", openedWebhookSchema, 401, 403, 404, 422),
      },
    },
    async ({ body: { url, jobId }, principal }, reply) => {
      if (jobId !== undefined && !ownsJob(principal, jobId, deps)) {
        if (reads.buyerOf(jobId) === undefined) throw new BaseError("not_found", `there is no funded job ${jobId}`);
        throw new BaseError("not_allowed", `job ${jobId} belongs to another buyer`);
      }
      const address = principal.kind === "session" ? principal.address : null;
      if (address === null && jobId === undefined) {
        throw new BaseError("not_allowed", "name a job, or sign in with the wallet to hear of all of its jobs");
      }
      const owner = address === null ? `job:${jobId}` : walletOwner(address);
      const { id, secret } = await webhooks.register(owner, jobId ?? null, url);
      reply.code(201).header("cache-control", "no-store");
      const [kept] = (await webhooks.ofOwners([owner])).filter((webhook) => webhook.id === id);
      if (kept === undefined) throw new BaseError("not_found", `webhook ${id} was deleted meanwhile`);
      return reply.send({ ...kept, secret });
    },
  );
  app.get(
    "/v1/webhooks",
    {
      config: { access: "session" },
      schema: {
        tags: ["webhooks"],
        summary: "Your webhooks and how they fare",
        querystring: z.strictObject({}),
        response: answers(200, "The webhooks, newest first", z.array(webhookSchema), 401, 422),
      },
    },
    ({ principal }) => webhooks.ofOwners(ownersOf(principal)),
  );
  app.delete(
    "/v1/webhooks/:webhookId",
    {
      config: { access: "session" },
      schema: {
        tags: ["webhooks"],
        summary: "Forget a webhook and what it was not told yet",
        params: z.object({ webhookId: z.uuid() }),
        response: answers(200, "It is gone", z.object({ deleted: z.literal(true) }), 401, 404, 422),
      },
    },
    async ({ params: { webhookId }, principal }) => {
      // Somebody else's is as absent as one that never was.
      if (await webhooks.remove(webhookId, ownersOf(principal))) return { deleted: true } as const;
      throw new BaseError("not_found", `there is no webhook ${webhookId} of yours`);
    },
  );
}

const walletOwner = (address: string) => `wallet:${address.toLowerCase()}`;

function ownersOf(principal: Principal): string[] {
  if (principal.kind === "anyone") return [];
  const jobs = principal.jobs.map((jobId) => `job:${jobId}`);
  return principal.address === null ? jobs : [walletOwner(principal.address), ...jobs];
}
