import { searchResultSchema } from "@gristmill/shared/api/search";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMarket } from "../shell/marketContext.tsx";
import { assetFigures } from "./assetFigures.ts";

/** The market's cheapest assets, kept fresh; what there is beyond them is for a search. */
export function useAssets() {
  const { scheduler } = useMarket();
  return useQuery({
    queryKey: ["assets", scheduler.baseUrl],
    queryFn: () => scheduler.get("/v1/assets?limit=200", searchResultSchema),
    select: ({ items }) => items.map(assetFigures),
    refetchInterval: 5_000,
  });
}

/** The assets that pass a query of `GET /v1/assets`, page by page, kept fresh; the last answer stays while a new one comes. */
export function useSearch(query: string) {
  const { scheduler } = useMarket();
  return useInfiniteQuery({
    queryKey: ["search", scheduler.baseUrl, query],
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === "" ? "" : `&cursor=${pageParam}`;
      return scheduler.get(`/v1/assets?${query}${cursor}`, searchResultSchema);
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 5_000,
  });
}
