import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";

export function operationRoutes(app: App, { readiness }: HttpDeps): void {
  const quiet = { access: "anyone", rateLimit: false } as const;
  app.get(
    "/healthz",
    {
      config: quiet,
      schema: {
        tags: ["operations"],
        summary: "Is the process alive?",
        response: { 200: z.object({ ok: z.boolean() }) },
      },
    },
    () => ({ ok: true }),
  );
  const readySchema = z.object({ ok: z.boolean(), parts: z.record(z.string(), z.boolean()) });
  app.get(
    "/readyz",
    {
      config: quiet,
      schema: {
        tags: ["operations"],
        summary: "Does everything it needs answer?",
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const parts = await readiness();
      const ok = Object.values(parts).every(Boolean);
      return reply.code(ok ? 200 : 503).send({ ok, parts });
    },
  );
  app.get("/openapi.json", { config: quiet, schema: { hide: true } }, (_request, reply) => {
    return reply.serializer(JSON.stringify).type("application/json").send(app.swagger());
  });
}
