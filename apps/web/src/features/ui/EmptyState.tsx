import type { ReactNode } from "react";

/** What will be here, and the action that fills it. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <p className="text-base font-semibold">{title}</p>
      <p className="max-w-prose text-muted">{children}</p>
      {action}
    </div>
  );
}
