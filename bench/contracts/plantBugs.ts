import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PlantedBug, plant, type Suite } from "../../contracts/test/planted/plantedBug.ts";
import { createForgeProject } from "./forgeProject.ts";
import { type ForgeTest, runForge } from "./runForge.ts";
import { createVerbProject, runVerb } from "./verbProject.ts";

/** What a suite said about a planted bug. */
export interface Finding {
  bug: PlantedBug;
  suite: Suite;
  /** The test that failed and what it said; undefined: nothing failed. */
  failure: string | undefined;
  seconds: number;
}

/** Short: an invariant that needs long to see a plain bug is a poor one. */
const RUN = { invariantRuns: 24, depth: 100, fuzzRuns: 24, checkInterval: 5, timeoutMs: 1_800_000 } as const;

const failureOf = (tests: readonly ForgeTest[]) => tests.find(({ passed }) => !passed);

/**
 * Plants each bug into a copy of the contracts and runs the suites named for it; before that, the same suites on the copy
 * as it is.
 *
 * @param folder where the copies go; what an earlier run built there is used again
 * @param onFinding called after each suite
 * @throws when a suite fails on the unchanged copy, or a patch does not apply or compile
 */
export async function plantBugs(
  bugs: readonly PlantedBug[],
  options: { folder: string; seed: string; onFinding: (finding: Finding) => void },
): Promise<Finding[]> {
  const [forge, verbs] = [join(options.folder, "forge"), join(options.folder, "verbs")];
  const suites = bugs.flatMap(({ foundBy }) => foundBy);
  const contracts = new Set(suites.flatMap((suite) => (suite.kind === "invariants" ? [suite.contract] : [])));
  const verbSuites = new Map(
    suites.flatMap((suite) => (suite.kind === "verb" ? [[`${suite.file} ${suite.test}`, suite]] : [])),
  );
  createForgeProject(forge);
  createVerbProject(verbs);

  // Without this a suite that always fails would find everything.
  if (contracts.size > 0) {
    const bad = failureOf(await runForge(forge, { ...RUN, contracts: [...contracts].join("|"), seed: options.seed }));
    if (bad) throw new Error(`${bad.contract}.${bad.test} fails on the contracts as they are: ${bad.reason}`);
  }
  for (const { file, test } of verbSuites.values()) {
    const bad = (await runVerb(verbs, file, test, RUN.timeoutMs)).find(({ passed }) => !passed);
    if (bad) throw new Error(`${file} fails on the contracts as they are: ${bad.reason}`);
  }

  const findings: Finding[] = [];
  for (const bug of bugs) {
    for (const suite of bug.foundBy) {
      const place = join(suite.kind === "invariants" ? forge : verbs, "contracts", bug.file);
      const source = readFileSync(place, "utf8");
      const started = performance.now();
      let failure: string | undefined;
      writeFileSync(place, plant(source, bug));
      try {
        failure = await tryOn(bug, suite, { forge, verbs, seed: options.seed });
      } finally {
        writeFileSync(place, source);
      }
      const finding = { bug, suite, failure, seconds: (performance.now() - started) / 1000 };
      findings.push(finding);
      options.onFinding(finding);
    }
  }
  return findings;
}

async function tryOn(
  bug: PlantedBug,
  suite: Suite,
  { forge, verbs, seed }: { forge: string; verbs: string; seed: string },
): Promise<string | undefined> {
  if (suite.kind === "verb") {
    const failed = (await runVerb(verbs, suite.file, suite.test, RUN.timeoutMs)).find(({ passed }) => !passed);
    return failed && (failed.reason || "failed");
  }
  const failed = failureOf(await runForge(forge, { ...RUN, contracts: suite.contract, seed }));
  // A world that cannot even be set up is no finding.
  if (failed?.test === "setUp")
    throw new Error(`Planted bug "${bug.name}": ${suite.contract} does not start: ${failed.reason}`);
  return failed && `${failed.test}: ${failed.reason || "failed"}`;
}
