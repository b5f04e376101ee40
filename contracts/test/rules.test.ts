import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

describe("docs/contracts.md", () => {
  it("names tests that exist for every rule of money: no rule loses its test unnoticed", () => {
    const [, section = ""] = read("docs/contracts.md").split("## Rules of money and the tests that hold them");
    const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => /^\| .*`/.test(line));
    const named = rows.flatMap((row) => [...row.matchAll(/`([\w/.-]+\.(?:test\.ts|t\.sol))`: (.*?)(?=; `| \|$)/g)]);
    for (const [, path = "", name = ""] of named) expect(read(path), path).toContain(name);
    expect(named.length).toBeGreaterThan(60);
    const rules = new Set(rows.map((row) => /^\| (\d+) \|/.exec(row)?.[1]).filter((rule) => rule !== undefined));
    expect([...rules].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });
});
