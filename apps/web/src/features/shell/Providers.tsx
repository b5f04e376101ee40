"use client";
import type { Market } from "@gristmill/shared/chain/market";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Toaster } from "sonner";
import { WagmiProvider } from "wagmi";
import { ApiError } from "../../lib/apiError.ts";
import { createConfirmations } from "../wallet/confirmations.ts";
import { WalletConfirm } from "../wallet/WalletConfirm.tsx";
import { createWagmiConfig } from "../wallet/wagmiConfig.ts";
import { MarketProvider } from "./marketContext.tsx";
import { NowProvider } from "./nowContext.tsx";

/** Everything pages need around them: the market, the wallet, queries, the clock. */
export function Providers({ market, children }: { market: Market; children: ReactNode }) {
  const [confirmations] = useState(createConfirmations);
  const [wagmi] = useState(() => createWagmiConfig(market, confirmations));
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 3_000,
            // A refusal stays a refusal; only silence and "later" are worth asking again.
            retry: (count, error) =>
              count < 3 && !(error instanceof ApiError && error.problem && !error.problem.retryable),
          },
        },
      }),
  );
  return (
    <WagmiProvider config={wagmi}>
      <QueryClientProvider client={queries}>
        <MarketProvider market={market}>
          <NowProvider>
            <Tooltip.Provider>
              {children}
              <WalletConfirm confirmations={confirmations} />
            </Tooltip.Provider>
          </NowProvider>
        </MarketProvider>
      </QueryClientProvider>
      <Toaster position="bottom-left" toastOptions={{ className: "!bg-ink !text-bg !border-transparent" }} />
    </WagmiProvider>
  );
}
