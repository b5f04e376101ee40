import * as quote from "@gristmill/shared/api/quote";
import * as session from "@gristmill/shared/api/session";
import * as views from "@gristmill/shared/api/views";
import { marketSchema } from "@gristmill/shared/chain/market";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { requirementsSchema } from "@gristmill/shared/job/requirements";
import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { manifestSchema } from "@gristmill/shared/manifest/manifest";
import { z } from "zod";

/** Names of the shared schemas in the OpenAPI document. */
export const schemaNames = z.registry<{ id: string }>();

const named = {
  Market: marketSchema,
  Problem: problemSchema,
  Artifact: artifactSchema,
  Requirements: requirementsSchema,
  Terms: termsSchema,
  Workload: workloadSchema,
  Manifest: manifestSchema,
  QuoteRequest: quote.quoteRequestSchema,
  Quote: quote.quoteSchema,
  Order: quote.orderSchema,
  Acceptance: quote.acceptanceSchema,
  Asset: views.assetViewSchema,
  Lease: views.leaseViewSchema,
  Receipt: views.receiptViewSchema,
  Job: views.jobViewSchema,
  PublicJob: views.publicJobSchema,
  OrderedJob: views.orderedJobSchema,
  Session: session.sessionSchema,
  SignIn: session.signInSchema,
  JobSummary: views.jobSummarySchema,
  LogLine: views.logLineSchema,
  Provider: views.providerViewSchema,
  Template: views.templateSchema,
};
for (const [id, schema] of Object.entries(named)) schemaNames.add(schema, { id });
