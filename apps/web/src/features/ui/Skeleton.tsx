/** Grey lines in the place of what is loading; says so to screen readers. */
export function Skeleton({ lines = 3, what }: { lines?: number; what: string }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="flex flex-col gap-3 py-1">
      {Array.from({ length: lines }, (_, index) => `line-${index}`).map((key, index) => (
        <div key={key} className="skeleton h-4" style={{ width: `${92 - ((index * 23) % 50)}%` }} />
      ))}
    </div>
  );
}
