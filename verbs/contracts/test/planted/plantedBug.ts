/** A defect put into a copy of a contract on purpose, to see that a suite finds it. */
export interface PlantedBug {
  /** What the defect lets somebody do, in few words; unique. */
  name: string;
  /** Below contracts. */
  file: string;
  /** Stands in the file exactly once. */
  search: string;
  replace: string;
  /** What no longer holds. */
  breaks: string;
  /** The suites that must find it. */
  foundBy: readonly Suite[];
  /** Row of docs/security/threats.md whose mitigation this takes out. */
  threat?: number;
}

/** `invariants`: a contract of a `*.invariants.t.sol` file. `verb`: a test file below contracts/test, and the start of a test's name in it. */
export type Suite = { kind: "invariants"; contract: string } | { kind: "verb"; file: string; test: string };

export const invariants = (contract: string): Suite => ({ kind: "invariants", contract: `${contract}InvariantsTest` });
export const verb = (file: string, test: string): Suite => ({ kind: "verb", file, test });

/**
 * The source with the bug in it.
 *
 * @throws when the text to replace is not there exactly once: the patch has to follow the contract
 */
export function plant(source: string, { name, file, search, replace }: PlantedBug): string {
  const times = source.split(search).length - 1;
  if (times !== 1)
    throw new Error(`Planted bug "${name}": its text stands ${times} times in contracts/${file}, not once.`);
  return source.replace(search, () => replace);
}
