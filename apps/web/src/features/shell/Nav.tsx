"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

const pages = [
  ["/", "Market"],
  ["/buy", "Run a job"],
  ["/ask", "Ask a model"],
  ["/jobs", "My jobs"],
  ["/provider", "Provide"],
  ["/proofs", "Proofs"],
] as const;

export function Nav() {
  const path = usePathname();
  return (
    <nav
      aria-label="Pages"
      className="order-last -mx-1 flex w-full flex-wrap gap-x-2 md:order-none md:w-auto md:gap-x-1"
    >
      {pages.map(([href, name]) => {
        const here = href === "/" ? path === "/" : path.startsWith(href);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? "page" : undefined}
            className="rounded px-1 py-1 md:px-2 whitespace-nowrap text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-grain aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8"
          >
            {name}
          </Link>
        );
      })}
    </nav>
  );
}
