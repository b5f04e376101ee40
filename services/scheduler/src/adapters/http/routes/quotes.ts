import { quoteRequestSchema, quoteSchema } from "@gristmill/shared/api/quote";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { buildQuote } from "../../../domain/quote/buildQuote.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { quoteExample } from "../openapi/examples.ts";
import { answers } from "../problem/answers.ts";

export function quoteRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { market, reads, vaultOf, chainNow, newSalt } = deps;
  app.post(
    "/v1/quotes",
    {
      config: {
        access: "anyone",
        idempotency: "answer",
        costsNothingOnError: true,
        rateLimit: { max: limits.costlyRequestsPerMinute },
      },
      schema: {
        tags: ["buy"],
        summary: "What would this job cost, and where would it run?",
        description: `Ranks the assets by \`requirements.objective\` (cheapest unless it says otherwise), says why the first was chosen and, for each refused class, why and what would fit, and writes ready terms for the first. Free; promises nothing but the terms until \`validUntil\` (the chain's clock). Send \`terms\`, \`workload\` and \`requirements\` of the answer unchanged to \`POST /v1/jobs\`.\n\nExample body:\n\n\`\`\`json\n${quoteExample}\n\`\`\``,
        body: quoteRequestSchema,
        response: answers(200, "The quote", quoteSchema, 409, 422),
      },
    },
    async ({ body }) => {
      const assets = reads.assets();
      const now = chainNow();
      const result = buildQuote({ request: body, assets, market, now, salt: newSalt(), vaultOf });
      if (result.outcome === "quoted") return result.quote;
      const errors = result.refused.map(({ field, name, reason }) => ({ field, message: `${name} ${reason}` }));
      if (result.field !== undefined) errors.unshift({ field: result.field, message: result.message });
      throw new BaseError(result.code, result.message, { details: { errors } });
    },
  );
}
