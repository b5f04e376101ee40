import { templateSchema } from "@gristmill/shared/api/views";
import { marketSchema } from "@gristmill/shared/chain/market";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function marketRoutes(app: App, { market, templates }: HttpDeps): void {
  app.get(
    "/v1/market",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["market"],
        summary: "The market: chain, contracts, payment token, fee",
        description:
          "Everything an outside client needs to join. `windowSeconds` is the least gap between a job's deadlines.",
        response: answers(200, "The market", marketSchema),
      },
    },
    () => market,
  );
  app.get(
    "/v1/templates",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["market"],
        summary: "Programs that can be ordered by name",
        description:
          "Copy image, command, env and limits of a template into a workload, and name your own inputs (or `sampleInputs`, which are stored already).",
        response: answers(200, "The templates", z.array(templateSchema)),
      },
    },
    () => [...templates],
  );
}
