import { between, gaussian, type Random } from "./random.ts";

/** A line piece: x0, y0, x1, y1 in the unit box. */
type Piece = readonly [number, number, number, number];

const PIECES_PER_CURVE = 6;

/** Splits a path into straight pieces; `move` displaces every control point. */
function pieces(path: string, move: (x: number, y: number) => readonly [number, number]): Piece[] {
  const found: Piece[] = [];
  let from: readonly [number, number] = [0, 0];
  for (const [, command = "", list = ""] of path.matchAll(/([MLQC])([^MLQC]+)/g)) {
    const numbers = list.trim().split(/\s+/).map(Number);
    const points: (readonly [number, number])[] = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) points.push(move(numbers[i] ?? 0, numbers[i + 1] ?? 0));
    const end = points.at(-1) ?? from;
    if (command !== "M") {
      const control = [from, ...points];
      const count = points.length === 1 ? 1 : PIECES_PER_CURVE;
      let previous = from;
      for (let step = 1; step <= count; step++) {
        const next = pointOf(control, step / count);
        found.push([previous[0], previous[1], next[0], next[1]]);
        previous = next;
      }
    }
    from = end;
  }
  return found;
}

/** De Casteljau: the point at `t` of a Bézier curve of any degree. */
function pointOf(control: readonly (readonly [number, number])[], t: number): readonly [number, number] {
  let level = control;
  while (level.length > 1) {
    level = level.slice(1).map((point, index) => {
      const [x, y] = level[index] ?? point;
      return [x + (point[0] - x) * t, y + (point[1] - y) * t] as const;
    });
  }
  return level[0] ?? [0, 0];
}

/** Squared distance of a point from a line piece. */
function distanceSquared(x: number, y: number, [x0, y0, x1, y1]: Piece): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
  const ex = x - x0 - along * dx;
  const ey = y - y0 - along * dy;
  return ex * ex + ey * ey;
}

/**
 * Draws a glyph as a person might: turned, sheared, scaled, moved, with another pen and an unsteady hand, then noise.
 *
 * Only + - * / and square roots are used, which IEEE 754 fixes to the bit, so that every machine draws the same.
 *
 * @param size - width and height in pixels
 * @returns grey levels 0 (empty) to 15 (ink), row by row
 */
export function drawDigit(path: string, size: number, random: Random): Uint8Array {
  // A rotation by a rational parametrisation of the circle: no sine, whose last bit differs between engines.
  const half = between(random, -0.12, 0.12);
  const cos = (1 - half * half) / (1 + half * half);
  const sin = (2 * half) / (1 + half * half);
  const shear = between(random, -0.25, 0.25);
  const width = between(random, 0.42, 0.72);
  const height = between(random, 0.6, 0.82);
  const shiftX = between(random, -0.06, 0.06);
  const shiftY = between(random, -0.06, 0.06);
  const pen = between(random, 0.028, 0.075);
  const unsteady = between(random, 0, 0.05);
  const ink = between(random, 0.75, 1);
  const noise = between(random, 0, 0.06);

  const strokes = pieces(path, (x, y) => {
    const px = (x - 0.5 + gaussian(random) * unsteady) * width;
    const py = (y - 0.5 + gaussian(random) * unsteady) * height;
    const leaning = px - shear * py;
    return [0.5 + shiftX + cos * leaning - sin * py, 0.5 + shiftY + sin * leaning + cos * py];
  });

  // A fine grid of at least 24 pixels, averaged down: small pictures keep the grey of thin strokes.
  const factor = Math.max(1, Math.ceil(24 / size));
  const fine = size * factor;
  const edge = 1 / fine;
  const image = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let total = 0;
      for (let sub = 0; sub < factor * factor; sub++) {
        const x = (column * factor + (sub % factor) + 0.5) / fine;
        const y = (row * factor + Math.floor(sub / factor) + 0.5) / fine;
        let nearest = 4;
        for (const piece of strokes) nearest = Math.min(nearest, distanceSquared(x, y, piece));
        const outside = (Math.sqrt(nearest) - pen) / edge + 0.5;
        total += Math.min(1, Math.max(0, 1 - outside));
      }
      const grey = (total / (factor * factor)) * ink + gaussian(random) * noise;
      image[row * size + column] = Math.min(15, Math.max(0, Math.floor(grey * 15 + 0.5)));
    }
  }
  return image;
}
