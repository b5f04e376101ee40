import { searchQuerySchema, searchResultSchema } from "@gristmill/shared/api/search";
import { assetViewSchema } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { assetIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import { searchAssets } from "../../../domain/search/searchAssets.ts";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";
import { orBadCursor } from "../takePage.ts";

export function assetRoutes(app: App, { reads, market, chainNow }: HttpDeps): void {
  const dollar = 10n ** BigInt(market.paymentToken.decimals);
  app.get(
    "/v1/assets",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["market"],
        summary: "Search the assets: rentable slices of machines",
        description: searchDescription,
        querystring: searchQuerySchema,
        response: answers(200, "A page of the assets that pass, with facets", searchResultSchema, 422),
      },
    },
    ({ query }) => orBadCursor(searchAssets({ assets: reads.assets(), query, now: chainNow(), dollar })),
  );
  app.get(
    "/v1/assets/:assetId",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["market"],
        summary: "One asset",
        params: z.object({ assetId: assetIdSchema }),
        response: answers(200, "The asset", assetViewSchema, 404),
      },
    },
    ({ params: { assetId } }) => {
      const asset = reads.asset(assetId);
      if (!asset) throw new BaseError("not_found", `there is no asset ${assetId}`);
      return asset;
    },
  );
}

const searchDescription = `Every filter is optional and all must hold. Fields that take several values are repeated: \`region=DE&region=SE\`. A field that \`requirements\` of a quote has too means the same as there. An asset that says nothing of a field does not pass a filter on it.

\`sort\`: \`price\` (least first), \`value\` (measured single precision for the price), \`reliability\` ((completed + 1) / (completed + failed + 2); failed by the provider's fault), \`performance\`. What is not known comes last, equals by number.

\`manifest.gpus[].simulated\` is true where no GPU is behind it. \`performance.source\` and \`attestation\` say who measured.`;
