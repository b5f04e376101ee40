import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contrastRatio } from "../../test/contrastRatio.ts";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

/** The tokens of the n-th rule of the file. */
function tokensOf(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1], match[2]]));
}

const themes = {
  light: tokensOf(":root"),
  dark: tokensOf(':root[data-theme="dark"]'),
  "dark by system": tokensOf(":root:not([data-theme])"),
};
const texts = ["ink", "muted", "grain-text", "proven", "waiting", "failed"];
const grounds = ["bg", "surface", "sunken"];

describe.each(Object.entries(themes))("a reader with weak sight can read the %s theme", (_name, tokens) => {
  test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))("%s on %s", (text, ground) => {
    expect(contrastRatio(tokens[text] ?? "", tokens[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  test("the words on the one primary button", () => {
    expect(contrastRatio(tokens["on-grain"] ?? "", tokens.grain ?? "")).toBeGreaterThanOrEqual(4.5);
  });
  test("the edges of inputs", () => {
    expect(contrastRatio(tokens.edge ?? "", tokens.surface ?? "")).toBeGreaterThanOrEqual(3);
  });
});

test("both ways into the dark theme show the same colours", () => {
  expect(themes["dark by system"]).toEqual(themes.dark);
});
