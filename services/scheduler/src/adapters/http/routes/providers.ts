import { pageQuerySchema, pageSchema } from "@gristmill/shared/api/page";
import { providerLeaseSchema, providerViewSchema } from "@gristmill/shared/api/views";
import { addressSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import { newestFirst } from "../../../domain/page/pageOf.ts";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";
import { takePage } from "../takePage.ts";

const params = z.object({ provider: addressSchema });

export function providerRoutes(app: App, { reads }: HttpDeps): void {
  app.get(
    "/v1/providers/:provider",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["providers"],
        summary: "A provider's machines, assets, newest leases and earnings",
        params,
        response: answers(200, "The provider; empty lists for an account that owns nothing", providerViewSchema, 422),
      },
    },
    ({ params: { provider } }) => reads.provider(provider),
  );
  app.get(
    "/v1/providers/:provider/leases",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["providers"],
        summary: "All leases of a provider's assets, newest first",
        params,
        querystring: pageQuerySchema,
        response: answers(200, "A page of the leases", pageSchema(providerLeaseSchema), 422),
      },
    },
    async ({ params: { provider }, query }) => {
      const leases = newestFirst<Ref>(`leases ${provider}`, reads.leasesOf(provider), {
        at: ({ assignedAt }) => assignedAt,
        id: ({ leaseId }) => leaseId,
      });
      const { items, next } = takePage(leases, query);
      return { items: await reads.leases(items.map(({ leaseId }) => leaseId)), next };
    },
  );
}

type Ref = ReturnType<HttpDeps["reads"]["leasesOf"]>[number];
