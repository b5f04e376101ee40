import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { readMarketConfig } from "../config.ts";
import { Header } from "../features/shell/Header.tsx";
import { NoMarket } from "../features/shell/NoMarket.tsx";
import { Providers } from "../features/shell/Providers.tsx";
import { parseTheme, themeCookie } from "../features/theme/theme.ts";
import { chainOf } from "../lib/chainOf.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Gristmill", template: "%s · Gristmill" },
  description: "An open market for GPU compute: pay from a wallet, only for proven use.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf8f4" },
    { media: "(prefers-color-scheme: dark)", color: "#161412" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // One build serves any market: nothing of it is known before a request.
  await connection();
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const config = await readMarketConfig();
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme}>
      <body className="min-h-dvh bg-bg">
        <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
          Skip to the page
        </a>
        {config.ok ? (
          <Providers market={config.market}>
            {config.market.chainId === 31337 && (
              <aside
                aria-label="About this market"
                className="border-b border-line bg-sunken px-4 py-1.5 text-center text-xs text-waiting"
              >
                Local test market: test money; a GPU marked “simulated” is not real
              </aside>
            )}
            <Header theme={theme} network={chainOf(config.market).name} />
            <main id="main" className="mx-auto max-w-[1760px] px-4 py-6 sm:px-6">
              {children}
            </main>
          </Providers>
        ) : (
          <NoMarket problem={config.problem} />
        )}
      </body>
    </html>
  );
}
