import { type QuoteRequest, quoteSchema } from "@gristmill/shared/api/quote";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import { toWire } from "@gristmill/shared/units/toWire";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "../../lib/apiError.ts";
import { useMarket } from "../shell/marketContext.tsx";

const settleMs = 250;
const refreshMs = 20_000;

/** A live quote: asked anew when the request rests, and from time to time, but not while `frozen` (somebody is paying). */
export function useQuote(request: QuoteRequest | undefined, frozen: boolean) {
  const { scheduler } = useMarket();
  const text = request ? canonicalJson(toWire(request)) : "";
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ["quote", scheduler.baseUrl, settled],
    queryFn: async () => ({
      for: settled,
      quote: await scheduler.post("/v1/quotes", JSON.parse(settled), quoteSchema),
    }),
    enabled: settled !== "" && !frozen,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
    refetchOnWindowFocus: false,
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.problem),
  });
  return {
    quote: text === "" || query.isError ? undefined : query.data?.quote,
    /** Whether the quote answers exactly what the form says now. */
    current: text !== "" && query.data?.for === text && !query.isError,
    error: text === "" || settled !== text ? null : query.error,
    refetch: query.refetch,
    loading: text !== "" && query.isFetching,
  };
}
