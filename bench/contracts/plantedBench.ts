import { plantedBugs } from "../../contracts/test/planted/plantedBugs.ts";
import type { Row } from "../row.ts";
import { plantBugs } from "./plantBugs.ts";

/**
 * Every planted bug beside the suite that found it.
 *
 * @throws when a bug is found by none of the suites named for it, or missed by one of them
 */
export async function benchPlanted(folder: string): Promise<Row[]> {
  const findings = await plantBugs(plantedBugs, {
    folder,
    seed: "0x67726973746d696c6c",
    onFinding: ({ bug, failure, seconds }) =>
      void process.stderr.write(`bench: ${failure ? "found" : "MISSED"} "${bug.name}" in ${seconds.toFixed(0)} s\n`),
  });
  const missed = findings.filter(({ failure }) => failure === undefined);
  if (missed.length > 0) throw new Error(`Suites missed planted bugs: ${missed.map(({ bug }) => bug.name).join("; ")}`);
  return findings.map(({ bug, suite, seconds }) => ({
    what: `planted: ${bug.name}`,
    value: suite.kind === "verb" ? `${suite.file}` : suite.contract,
    ratio: `${seconds.toFixed(0)} s`,
  }));
}
