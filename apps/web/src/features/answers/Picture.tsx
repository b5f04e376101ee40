import { BLACK } from "./ink.ts";

/** A picture in 16 grey levels, in the page's own ink. */
export function Picture({ values, label }: { values: Uint8Array; label: string }) {
  const side = Math.sqrt(values.length);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      className="size-full"
      shapeRendering="crispEdges"
    >
      {Array.from(values, (level, index) => ({ level, index })).map(
        ({ level, index }) =>
          level > 0 && (
            <rect
              key={index}
              x={index % side}
              y={Math.floor(index / side)}
              width={1}
              height={1}
              fill="currentColor"
              fillOpacity={level / BLACK}
            />
          ),
      )}
    </svg>
  );
}
