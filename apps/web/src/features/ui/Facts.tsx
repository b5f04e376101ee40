import type { ReactNode } from "react";

/** Names and values in two columns. */
export function Facts({ rows }: { rows: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(min-content,1fr)] gap-x-3 gap-y-1.5 sm:gap-x-6">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="text-right break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
