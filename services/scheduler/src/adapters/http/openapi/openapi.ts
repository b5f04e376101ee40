import swagger from "@fastify/swagger";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import type { App } from "../app.ts";
import { schemaNames } from "./schemaNames.ts";
import { withTransport } from "./withTransport.ts";

/** `GET /openapi.json` from the routes' own schemas: enough for a client that nobody here wrote to buy compute. */
export async function openapi(app: App, schedulerUrl: string): Promise<void> {
  const config = { schemaRegistry: schemaNames, zodToJsonConfig: { override: wireForm } };
  const transformObject = createJsonSchemaTransformObject(config);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Gristmill scheduler",
        version: "1",
        description,
        license: { name: "GPL-3.0-or-later", identifier: "GPL-3.0-or-later" },
      },
      servers: [{ url: schedulerUrl }],
      tags: [
        "buy",
        "jobs",
        "sessions",
        "market",
        "artifacts",
        "providers",
        "webhooks",
        "x402 facilitator",
        "operations",
      ].map((name) => ({
        name,
      })),
    },
    transform: createJsonSchemaTransform(config),
    transformObject: (document) => withTransport(transformObject(document)),
  });
}

/** A value that is parsed on the way in (an amount, an address) goes over the wire as it came: describe that form. */
function wireForm({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  if (!(zodSchema instanceof z.ZodPipe) || !(zodSchema.in instanceof z.ZodType)) return;
  const { $schema, ...wire } = z.toJSONSchema(zodSchema.in, { io: "input", unrepresentable: "any" });
  Object.assign(jsonSchema, wire);
}

const description = `An open market for GPU compute. No account: a wallet pays per job, and what is not used comes back.

Buy in four requests: \`GET /v1/templates\` (or your own image), \`POST /v1/artifacts\` (your input), \`POST /v1/quotes\`, \`POST /v1/jobs\` (answers 402; pay with any x402 v2 client). Then \`GET /v1/jobs/{jobId}/events\` until \`captured\`, \`POST /v1/jobs/{jobId}/acceptance\` to get the rest back at once, and \`GET /v1/artifacts/{sha256}\` for the outputs.

Amounts are decimal strings of the payment token's atomic units. Addresses are 0x and 40 hex digits. Times are unix seconds of the chain's clock. Errors are problem documents (RFC 9457) with a stable \`code\`.`;
