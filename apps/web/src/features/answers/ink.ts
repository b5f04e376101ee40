/** Darkest of the 16 grey levels. */
export const BLACK = 15;

/** Half the pen's width, in widths of the picture. */
const PEN = 0.05;
const SUB = 3;

interface Point {
  /** In widths of the picture, 0 to 1. */
  x: number;
  y: number;
}

/** Draws a stroke between two points with a round pen; what is darker stays. */
export function inkStroke(values: Uint8Array, side: number, from: Point, to: Point): Uint8Array {
  const next = Uint8Array.from(values);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let covered = 0;
      for (let sub = 0; sub < SUB * SUB; sub++) {
        const x = (column + ((sub % SUB) + 0.5) / SUB) / side;
        const y = (row + (Math.floor(sub / SUB) + 0.5) / SUB) / side;
        if (distance({ x, y }, from, to) <= PEN) covered++;
      }
      const level = Math.round((covered / (SUB * SUB)) * BLACK);
      const at = row * side + column;
      if (level > (next[at] ?? 0)) next[at] = level;
    }
  }
  return next;
}

function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}

/**
 * Grey levels of a square picture's RGBA pixels: dark ink on light paper, or the other way round where most of it is dark.
 * Transparent is paper.
 */
export function levelsOf(rgba: ArrayLike<number>): Uint8Array {
  const darkness = Array.from({ length: rgba.length / 4 }, (_, index) => {
    const [r, g, b, a] = [0, 1, 2, 3].map((part) => rgba[index * 4 + part] ?? 0) as [number, number, number, number];
    return (1 - (0.299 * r + 0.587 * g + 0.114 * b) / 255) * (a / 255);
  });
  const isDark = darkness.reduce((sum, each) => sum + each, 0) > darkness.length / 2;
  return Uint8Array.from(darkness, (each) => Math.round((isDark ? 1 - each : each) * BLACK));
}
