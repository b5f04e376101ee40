import { templateSchema } from "@gristmill/shared/api/views";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { useMarket } from "../shell/marketContext.tsx";

const templatesSchema = z.array(templateSchema);

/** Programs that can be ordered by name. */
export function useTemplates() {
  const { scheduler } = useMarket();
  return useQuery({
    queryKey: ["templates", scheduler.baseUrl],
    queryFn: () => scheduler.get("/v1/templates", templatesSchema),
    staleTime: 60_000,
  });
}
