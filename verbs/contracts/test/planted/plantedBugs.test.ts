import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { plant } from "./plantedBug.ts";
import { plantedBugs } from "./plantedBugs.ts";
import { threatTable } from "./threatTable.ts";

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

describe("planted bugs", () => {
  it.each(plantedBugs)("$name still applies to the contract, so that the bench can try the suites on it", (bug) => {
    const source = read(`../../${bug.file}`);
    expect(plant(source, bug)).not.toBe(source);
  });

  it("name suites and tests that exist", () => {
    for (const { name, foundBy } of plantedBugs) {
      for (const suite of foundBy) {
        if (suite.kind === "verb") expect(read(`../${suite.file}`), name).toContain(suite.test);
        else
          expect(read(`../${suite.contract.replace("InvariantsTest", "")}.invariants.t.sol`), name).toContain(
            suite.contract,
          );
      }
    }
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  });

  it("are the table in docs/security/threats.md (node contracts/test/planted/writeThreats.ts)", () => {
    expect(read("../../../docs/security/threats.md")).toContain(threatTable());
  });

  it("refuse a patch whose text is gone or stands twice", () => {
    const bug = { ...plantedBugs[0], name: "a name", search: "twice", replace: "" } as (typeof plantedBugs)[number];
    expect(() => plant("once", bug)).toThrow(/a name.*0 times/);
    expect(() => plant("twice twice", bug)).toThrow(/a name.*2 times/);
  });
});
