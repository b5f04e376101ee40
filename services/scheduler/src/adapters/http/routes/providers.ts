import { providerViewSchema } from "@gristmill/shared/api/views";
import { addressSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function providerRoutes(app: App, { reads }: HttpDeps): void {
  app.get(
    "/v1/providers/:provider",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["providers"],
        summary: "A provider's machines, assets, leases and earnings",
        params: z.object({ provider: addressSchema }),
        response: answers(200, "The provider; empty lists for an account that owns nothing", providerViewSchema),
      },
    },
    ({ params: { provider } }) => reads.provider(provider),
  );
}
