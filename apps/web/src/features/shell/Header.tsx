import { ThemeToggle } from "../theme/ThemeToggle.tsx";
import type { Theme } from "../theme/theme.ts";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { Brand } from "./Brand.tsx";
import { Nav } from "./Nav.tsx";

/** Brand, pages, network, theme and wallet. */
export function Header({ theme, network }: { theme: Theme; network: string }) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-[1760px] flex-wrap items-center gap-x-6 gap-y-2 px-4 py-2.5 sm:px-6">
        <Brand />
        <Nav />
        <div className="ml-auto flex items-center gap-2">
          <span className="hidden items-center gap-1.5 text-xs text-muted lg:inline-flex">
            <span aria-hidden className="size-1.5 rounded-full bg-proven" />
            {network}
          </span>
          <ThemeToggle initial={theme} />
          <ConnectButton />
        </div>
      </div>
    </header>
  );
}
