import type { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { sha256Schema } from "@gristmill/shared/ids/ids";
import { workloadInputSchema } from "@gristmill/shared/job/workload";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function artifactRoutes(app: App, { artifacts }: HttpDeps, limits: HttpLimits): void {
  // Any content is bytes here, also JSON: nothing is parsed, nothing is held in memory.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  app.post(
    "/v1/artifacts",
    {
      config: { rateLimit: { max: limits.costlyRequestsPerMinute } },
      schema: {
        tags: ["artifacts"],
        summary: "Store bytes; they are named by their sha256",
        description:
          "The body is the content itself, at most 64 MiB. Inputs of a workload are stored before the order.",
        response: answers(201, "Stored", artifactSchema, 413),
      },
    },
    async (request, reply) => {
      const body = request.body as Readable | undefined;
      const stored = await artifacts.put(body ?? emptyBody()).catch((error: unknown) => {
        // Somebody closed a tab: nobody waits for an answer, and it is no fault of this scheduler.
        if (request.raw.destroyed && isBrokenConnection(error)) {
          throw new BaseError("invalid_request", "the upload broke off before its end; nothing was stored");
        }
        throw error;
      });
      return reply.code(201).send(stored);
    },
  );
  app.get(
    "/v1/artifacts/:sha256",
    {
      schema: {
        tags: ["artifacts"],
        summary: "Stored bytes",
        params: z.object({ sha256: sha256Schema }),
        querystring: z.strictObject({ filename: workloadInputSchema.shape.path.optional() }),
        response: {
          ...answers(200, "", z.unknown(), 404, 422),
          200: { description: "The content", content: { "application/octet-stream": { schema: z.unknown() } } },
        },
      },
    },
    async ({ params: { sha256 }, query: { filename } }, reply) => {
      const found = await artifacts.open(sha256);
      if (!found) throw new BaseError("not_found", `no artifact ${sha256} is stored here`);
      return reply
        .type("application/octet-stream")
        .header("content-length", found.bytes)
        .header("content-disposition", `attachment; filename="${filename ?? sha256}"`)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("etag", `"${sha256}"`)
        .send(found.content as never);
    },
  );
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
