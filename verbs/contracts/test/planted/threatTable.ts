import { plantedBugs } from "./plantedBugs.ts";

export const BEGIN = "<!-- written by contracts/test/planted/writeThreats.ts -->";
export const END = "<!-- end of what was written -->";

/** Row of the threat list, the guard that the bench takes out, and the tests that must fail then. */
export function threatTable(): string {
  const rows = plantedBugs
    .filter((bug) => bug.threat !== undefined)
    .sort((a, b) => (a.threat ?? 0) - (b.threat ?? 0))
    .map(({ threat, name, file, foundBy }) => {
      const tests = foundBy.map((suite) =>
        suite.kind === "verb" ? `\`${suite.file}\`: ${suite.test}` : `\`${suite.contract}\``,
      );
      return `| ${threat} | ${name} | \`contracts/${file}\` | ${tests.join("; ")} |`;
    });
  return [BEGIN, "", "| # | with the guard out | file | fails |", "| --- | --- | --- | --- |", ...rows, "", END].join(
    "\n",
  );
}
