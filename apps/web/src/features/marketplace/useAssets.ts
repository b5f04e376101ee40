import { assetViewSchema } from "@gristmill/shared/api/views";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { useMarket } from "../shell/marketContext.tsx";
import { assetFigures } from "./assetFigures.ts";

const assetsSchema = z.array(assetViewSchema);

/** All assets of the market, kept fresh. */
export function useAssets() {
  const { scheduler } = useMarket();
  return useQuery({
    queryKey: ["assets", scheduler.baseUrl],
    queryFn: () => scheduler.get("/v1/assets", assetsSchema),
    select: (assets) => assets.map(assetFigures),
    refetchInterval: 5_000,
  });
}
