import { expect, test } from "vitest";
import { inkStroke, levelsOf } from "./ink.ts";
import { samplePicture } from "./samplePictures.ts";

const blank = new Uint8Array(64);

test("a stroke darkens what the pen touches and nothing else, and never lightens", () => {
  const line = inkStroke(blank, 8, { x: 0.5, y: 0.1 }, { x: 0.5, y: 0.9 });
  expect(Math.max(...line)).toBeGreaterThan(0);
  for (let row = 0; row < 8; row++) expect([line[row * 8], line[row * 8 + 7]]).toEqual([0, 0]);
  const crossed = inkStroke(line, 8, { x: 0.1, y: 0.5 }, { x: 0.9, y: 0.5 });
  expect(crossed.every((level, index) => level >= (line[index] ?? 0))).toBe(true);
  expect([...blank]).toEqual(Array(64).fill(0));
});

test("a picture is read as ink on paper, whichever of the two is dark", () => {
  const pixel = (grey: number) => [grey, grey, grey, 255];
  const onWhite = [pixel(0), pixel(255), pixel(255), pixel(255)].flat();
  const onBlack = [pixel(255), pixel(0), pixel(0), pixel(0)].flat();
  expect([...levelsOf(onWhite)]).toEqual([15, 0, 0, 0]);
  expect([...levelsOf(onBlack)]).toEqual([15, 0, 0, 0]);
  expect([...levelsOf([0, 0, 0, 0])]).toEqual([0]);
});

test("there is a sample of every digit for both models", () => {
  for (const side of [8, 28])
    for (let digit = 0; digit < 10; digit++) expect(samplePicture(side, digit)).toHaveLength(side * side);
});
