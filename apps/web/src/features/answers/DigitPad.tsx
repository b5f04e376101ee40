"use client";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { inkStroke } from "./ink.ts";
import { Picture } from "./Picture.tsx";

/** Paper to draw on: with a finger, a mouse, or the arrow keys and space. */
export function DigitPad({ values, onChange }: { values: Uint8Array; onChange: (values: Uint8Array) => void }) {
  const side = Math.sqrt(values.length);
  const last = useRef<{ x: number; y: number }>(undefined);
  const [cursor, setCursor] = useState({ column: Math.floor(side / 2), row: Math.floor(side / 4) });
  const [focused, setFocused] = useState(false);

  const pointOf = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const drawTo = (event: PointerEvent<HTMLDivElement>) => {
    const to = pointOf(event);
    onChange(inkStroke(values, side, last.current ?? to, to));
    last.current = to;
  };
  const middle = (at: typeof cursor) => ({ x: (at.column + 0.5) / side, y: (at.row + 0.5) / side });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const move = moves[event.key];
    const within = (at: number) => Math.min(side - 1, Math.max(0, at));
    if (move) {
      const next = { column: within(cursor.column + move[0]), row: within(cursor.row + move[1]) };
      // Shift keeps the pen down.
      if (event.shiftKey) onChange(inkStroke(values, side, middle(cursor), middle(next)));
      setCursor(next);
    } else if (event.key === " ") {
      onChange(inkStroke(values, side, middle(cursor), middle(cursor)));
    } else if (event.key === "Backspace" || event.key === "Delete") {
      onChange(new Uint8Array(values.length));
    } else return;
    event.preventDefault();
  };

  return (
    <div
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard itself
      tabIndex={0}
      aria-label="Paper. Arrow keys move the pen, with shift they draw, space makes a dot, backspace clears."
      data-testid="digit-pad"
      className="relative aspect-square w-full max-w-72 touch-none cursor-crosshair rounded-md border border-edge bg-surface text-ink"
      onKeyDown={onKeyDown}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drawTo(event);
      }}
      onPointerMove={(event) => last.current && drawTo(event)}
      onPointerUp={() => {
        last.current = undefined;
      }}
      onPointerCancel={() => {
        last.current = undefined;
      }}
    >
      <Picture values={values} label="What you drew" />
      {focused && (
        <span
          aria-hidden
          className="pointer-events-none absolute border-2 border-grain"
          style={{
            left: `${(cursor.column / side) * 100}%`,
            top: `${(cursor.row / side) * 100}%`,
            width: `${100 / side}%`,
            height: `${100 / side}%`,
          }}
        />
      )}
    </div>
  );
}
