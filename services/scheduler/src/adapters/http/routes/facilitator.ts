import { z } from "zod";
import { paymentPayloadSchema, paymentRequirementsSchema } from "../../x402/paymentPayload.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

const requestSchema = z.looseObject({
  x402Version: z.literal(2),
  paymentPayload: paymentPayloadSchema,
  paymentRequirements: paymentRequirementsSchema,
});

const verifySchema = z.looseObject({
  isValid: z.boolean(),
  invalidReason: z.string().optional(),
  invalidMessage: z.string().optional(),
  payer: z.string().optional(),
});

const settleSchema = z.looseObject({
  success: z.boolean(),
  errorReason: z.string().optional(),
  errorMessage: z.string().optional(),
  payer: z.string().optional(),
  transaction: z.string(),
  network: z.string(),
});

const supportedSchema = z.object({
  kinds: z.array(z.unknown()),
  extensions: z.array(z.string()),
  signers: z.record(z.string(), z.array(z.string())),
});

export function facilitatorRoutes(app: App, { payments }: HttpDeps, limits: HttpLimits): void {
  const config = {
    access: "anyone" as const,
    costsNothingOnError: true,
    rateLimit: { max: limits.costlyRequestsPerMinute },
  };
  app.post(
    "/verify",
    {
      config,
      schema: {
        tags: ["x402 facilitator"],
        summary: "Would this payment settle?",
        description: "Only payments into the vault of an order that was answered with a 402 here.",
        body: requestSchema,
        response: answers(200, "The verdict", verifySchema, 422),
      },
    },
    async ({ body }) =>
      ({ ...(await payments.verify(body.paymentPayload, body.paymentRequirements as never)) }) as never,
  );
  app.post(
    "/settle",
    {
      config,
      schema: {
        tags: ["x402 facilitator"],
        summary: "Settle a payment",
        description: "The same as paying through `POST /v1/jobs`: the money goes to the job's vault and funds the job.",
        body: requestSchema,
        response: answers(200, "The settlement", settleSchema, 422),
      },
    },
    async ({ body }) =>
      ({ ...(await payments.settle(body.paymentPayload, body.paymentRequirements as never)) }) as never,
  );
  app.get(
    "/supported",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["x402 facilitator"],
        summary: "What this facilitator settles",
        response: answers(200, "Kinds and signers", supportedSchema),
      },
    },
    () => payments.supported(),
  );
}
