import { providerViewSchema } from "@gristmill/shared/api/views";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useMarket } from "../shell/marketContext.tsx";

/** A provider's machines, assets, leases and earnings, kept fresh. */
export function useProvider(provider: Address | undefined) {
  const { scheduler } = useMarket();
  return useQuery({
    queryKey: ["provider", scheduler.baseUrl, provider],
    queryFn: () => scheduler.get(`/v1/providers/${provider}`, providerViewSchema),
    enabled: provider !== undefined,
    refetchInterval: 3_000,
  });
}
