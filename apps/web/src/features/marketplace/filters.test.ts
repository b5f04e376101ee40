import { expect, test } from "vitest";
import { fixtureAsset, fixtureAssets } from "../../../test/fixtureMarket.ts";
import { assetFigures } from "./assetFigures.ts";
import { applyFilters, readFilters, writeFilters } from "./filters.ts";

const assets = [
  ...fixtureAssets(),
  { ...fixtureAsset({ id: 4, name: "unlisted", pricePerSecond: 1n }), listing: null },
].map(assetFigures);
const shown = (query: string) => applyFilters(assets, readFilters(new URLSearchParams(query))).map((each) => each.name);

test("a shared link shows the same machines", () => {
  const query = "gpu=simulated-l4&vram=24&region=DE&max=1.6&free=1&sort=value";
  expect(writeFilters(readFilters(new URLSearchParams(query)))).toBe(query);
});

test.each([
  ["", ["harbour", "north", "south", "unlisted"]],
  ["max=1.512", ["harbour", "north"]],
  ["free=1", ["north", "south", "unlisted"]],
  ["region=SE", ["south", "unlisted"]],
  ["vram=25", []],
  ["sort=value", ["harbour", "north", "south", "unlisted"]],
  ["sort=reliability", ["unlisted", "harbour", "south", "north"]],
  ["max=nonsense", ["harbour", "north", "south", "unlisted"]],
])("a buyer who filters by %j finds the right machines first", (query, names) => {
  expect(shown(query)).toEqual(names);
});
