// Tries the suites on planted bugs. Usage: node bench/contracts/plantedMain.ts [PART OF A NAME]
import { join } from "node:path";
import { millDir } from "@gristmill/tools/checkout";
import { plantedBugs } from "../../contracts/test/planted/plantedBugs.ts";
import { buildContracts } from "../../contracts/test/support/build.ts";
import { plantBugs } from "./plantBugs.ts";

const [part = "", kind] = process.argv.slice(2);
const bugs = plantedBugs
  .filter(({ name, file }) => name.includes(part) || file.includes(part))
  .map((bug) => (kind === undefined ? bug : { ...bug, foundBy: bug.foundBy.filter((suite) => suite.kind === kind) }))
  .filter(({ foundBy }) => foundBy.length > 0);
const folder = join(millDir, "planted");
if (bugs.some(({ foundBy }) => foundBy.some((suite) => suite.kind === "verb"))) await buildContracts();
const findings = await plantBugs(bugs, {
  folder,
  seed: "0x67726973746d696c6c",
  onFinding: ({ bug, suite, failure, seconds }) => {
    const by = suite.kind === "verb" ? suite.file : suite.contract;
    process.stdout.write(
      `${failure ? "found " : "MISSED"} ${bug.name} | ${by} | ${failure ?? ""} | ${seconds.toFixed(0)} s\n`,
    );
  },
});
const missed = findings.filter(({ failure }) => failure === undefined);
process.stdout.write(`${findings.length - missed.length} of ${findings.length} found\n`);
process.exit(missed.length > 0 ? 1 : 0);
