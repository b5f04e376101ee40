import { assetViewSchema } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { assetIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function assetRoutes(app: App, { reads }: HttpDeps): void {
  app.get(
    "/v1/assets",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["market"],
        summary: "All assets: rentable slices of machines",
        description: "`manifest.gpus[].simulated` is true where no GPU is behind it. `attestation` says who measured.",
        response: answers(200, "The assets", z.array(assetViewSchema)),
      },
    },
    () => [...reads.assets()],
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
