import type { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { leaseIdSchema, sha256Schema } from "@gristmill/shared/ids/ids";
import { workloadInputSchema } from "@gristmill/shared/job/workload";
import { z } from "zod";
import { isSample, jobOfNode, mayRead } from "../access/artifactAccess.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function artifactRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { artifacts, grants } = deps;
  // Any content is bytes here, also JSON: nothing is parsed, nothing is held in memory.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  app.post(
    "/v1/artifacts",
    {
      config: { access: "anyone", rateLimit: { max: limits.costlyRequestsPerMinute } },
      schema: {
        tags: ["artifacts"],
        summary: "Store bytes; they are named by their sha256",
        description:
          "The body is the content itself, at most 64 MiB. Inputs of a workload are stored before the order. A node that signed in names its lease: what it stores is then for that job's buyer.",
        querystring: z.strictObject({ lease: leaseIdSchema.optional() }),
        response: answers(201, "Stored", artifactSchema, 401, 403, 413),
      },
    },
    async (request, reply) => {
      const { principal, query } = request;
      const by =
        query.lease === undefined
          ? { wallet: principal.kind === "session" ? principal.address : null }
          : { job: jobOfNode(principal, query.lease, deps) };
      const body = request.body as Readable | undefined;
      const stored = await artifacts.put(body ?? emptyBody()).catch((error: unknown) => {
        // Somebody closed a tab: nobody waits for an answer, and it is no fault of this scheduler.
        if (request.raw.destroyed && isBrokenConnection(error)) {
          throw new BaseError("invalid_request", "the upload broke off before its end; nothing was stored");
        }
        throw error;
      });
      await grants.noteUpload(stored.sha256, by);
      return reply.code(201).send(stored);
    },
  );
  app.get(
    "/v1/artifacts/:sha256",
    {
      // Whose it is decides below: knowing a hash is no right, but a template's sample is everybody's.
      config: { access: "anyone" },
      schema: {
        tags: ["artifacts"],
        summary: "Stored bytes",
        description:
          "For the buyer of a job that has it as input or output, for whoever stored it while signed in, and for the node of `lease` while that runs. Samples of templates are for everybody.",
        params: z.object({ sha256: sha256Schema }),
        querystring: z.strictObject({
          filename: workloadInputSchema.shape.path.optional(),
          lease: leaseIdSchema.optional(),
        }),
        response: {
          ...answers(200, "", z.unknown(), 401, 403, 404, 422),
          200: { description: "The content", content: { "application/octet-stream": { schema: z.unknown() } } },
        },
      },
    },
    async ({ params: { sha256 }, query: { filename, lease }, principal }, reply) => {
      const isPublic = isSample(sha256, deps);
      const found = (await mayRead(sha256, lease, principal, deps)) ? await artifacts.open(sha256) : undefined;
      if (!found) throw new BaseError("not_found", `no artifact ${sha256} of yours is stored here`);
      return reply
        .type("application/octet-stream")
        .header("content-length", found.bytes)
        .header("content-disposition", `attachment; filename="${filename ?? sha256}"`)
        .header("cache-control", isPublic ? "public, max-age=31536000, immutable" : "private, no-store")
        .header("etag", `"${sha256}"`)
        .send(found.content as never);
    },
  );
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
