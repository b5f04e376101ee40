import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { MarketProvider } from "../src/features/shell/marketContext.tsx";
import { fixtureMarket } from "./fixtureMarket.ts";

/** Renders a part of a page with what surrounds it, without a wallet. */
export function renderInMarket(content: ReactNode) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <MarketProvider market={fixtureMarket()}>
        <Tooltip.Provider>{content}</Tooltip.Provider>
      </MarketProvider>
    </QueryClientProvider>,
  );
}
