import type { ReactNode } from "react";

/** What will be here, and the action that fills it. */
export function EmptyState({
  title,
  children,
  action,
  wholePage = false,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  /** Nothing else is on the page: the title is its heading. */
  wholePage?: boolean;
}) {
  const Title = wholePage ? "h1" : "p";
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <Title className="text-base font-semibold">{title}</Title>
      <p className="max-w-prose text-muted">{children}</p>
      {action}
    </div>
  );
}
