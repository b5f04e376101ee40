import type { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { artifactNameSchema, cidOf } from "@gristmill/shared/ids/cid";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { workloadInputSchema } from "@gristmill/shared/job/workload";
import { z } from "zod";
import { isSample, jobOfNode, mayRead } from "../access/artifactAccess.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";
import { readRange } from "../readRange.ts";

const storedSchema = artifactSchema.extend({ cid: z.string() });

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
        summary: "Store bytes; they are named by their sha256, and by the CID made of it",
        description:
          "The body is the content itself, at most 64 MiB. The same content twice is stored once, so a repeated request does no harm. It is kept for seven days, and longer for the jobs that have it (`retention` of a quote). Inputs of a workload are stored before the order. A node that signed in names its lease: what it stores is then for that job's buyer, and with `as=checkpoint` also for the machine that takes the job over.",
        querystring: z.strictObject({
          lease: leaseIdSchema.optional(),
          /** Of a node: a state that the program saved. */
          as: z.enum(["output", "checkpoint"]).default("output"),
        }),
        response: answers(201, "Stored", storedSchema, 401, 403, 413, 422),
      },
    },
    async (request, reply) => {
      const { principal, query } = request;
      const by =
        query.lease === undefined
          ? { wallet: principal.kind === "session" ? principal.address : null }
          : { job: jobOfNode(principal, query.lease, deps), as: query.as };
      const body = request.body as Readable | undefined;
      const note = (sha256: string) => grants.noteUpload(sha256, by, deps.chainNow());
      const stored = await artifacts.put(body ?? emptyBody(), note).catch((error: unknown) => {
        // Somebody closed a tab: nobody waits for an answer, and it is no fault of this scheduler.
        if (request.raw.destroyed && isBrokenConnection(error)) {
          throw new BaseError("invalid_request", "the upload broke off before its end; nothing was stored");
        }
        throw error;
      });
      return reply.code(201).send({ ...stored, cid: cidOf(stored.sha256) });
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
          "By sha256 or CID. For the buyer of a job that has it as input, output or checkpoint, for whoever stored it while signed in, and for the node of `lease` while that runs. Samples of templates are for everybody. One `Range` of bytes is answered with 206, one that is not there with 416; `ETag` is for `If-Range` and `If-None-Match`.",
        params: z.object({ sha256: artifactNameSchema }),
        querystring: z.strictObject({
          filename: workloadInputSchema.shape.path.optional(),
          lease: leaseIdSchema.optional(),
        }),
        response: {
          ...answers(200, "", z.unknown(), 401, 403, 404, 416, 422),
          200: { description: "The content", content },
          206: { description: "The part of it that `Content-Range` names", content },
          304: z.null().describe("`If-None-Match` names it; no body"),
        },
      },
    },
    async ({ params: { sha256 }, query: { filename, lease }, principal, headers }, reply) => {
      const isPublic = isSample(sha256, deps);
      const bytes = (await mayRead(sha256, lease, principal, deps)) ? await artifacts.bytesOf(sha256) : undefined;
      if (bytes === undefined) throw new BaseError("not_found", `no artifact ${sha256} of yours is stored here`);
      const etag = `"${sha256}"`;
      reply
        .header("etag", etag)
        .header("accept-ranges", "bytes")
        .header("cache-control", isPublic ? "public, max-age=31536000, immutable" : "private, no-store");
      if (namesTag(headers["if-none-match"], etag)) return reply.code(304).send(undefined as never);
      // A part is only of use beside the rest of the same content.
      const isSame = headers["if-range"] === undefined || headers["if-range"] === etag;
      const part = isSame ? readRange(headers.range, bytes) : "whole";
      if (part === "none") {
        reply.header("content-range", `bytes */${bytes}`).header("cache-control", "no-store");
        throw new BaseError("range_not_there", `the artifact has ${bytes} bytes, and none where the range begins`);
      }
      const found = await artifacts.open(sha256, part === "whole" ? undefined : part);
      if (!found) throw new BaseError("not_found", `no artifact ${sha256} of yours is stored here`);
      if (part !== "whole") reply.code(206).header("content-range", `bytes ${part.start}-${part.end}/${bytes}`);
      return reply
        .type("application/octet-stream")
        .header("content-length", part === "whole" ? found.bytes : part.end - part.start + 1)
        .header("content-disposition", `attachment; filename="${filename ?? sha256}"`)
        .send(found.content as never);
    },
  );
}

const content = { "application/octet-stream": { schema: z.unknown() } };

function namesTag(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((each) => each.trim().replace(/^W\//, "") === etag) ?? false;
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
