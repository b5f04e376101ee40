import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  ARTIFACT_KINDS,
  type ArtifactKind,
  artifactFiles,
  type CircuitLock,
  COMMITTED_KINDS,
  sha256File,
} from "./artifacts.ts";
import type { Circuit } from "./circuitList.ts";
import { constraintCount } from "./constraintCount.ts";
import { BUILD_DIR } from "./paths.ts";
import { runStep } from "./runStep.ts";
import { createSlots, slotCount } from "./slots.ts";
import { sourcesHash } from "./sourcesHash.ts";

/** What came out of a build, before it is compared with the lock or becomes it. */
export type Built = ReadonlyMap<Circuit, CircuitLock>;

/**
 * Compiles circuits and makes their keys in `staging`, as many at once as cores and memory allow.
 *
 * @param ceremonies - names of circuits whose key is from a ceremony: it is taken as it lies there.
 */
export async function buildCircuits(
  circuits: readonly Circuit[],
  staging: string,
  ceremonies: ReadonlySet<string>,
  onStep: (line: string) => void,
): Promise<Built> {
  const inSlot = createSlots(slotCount());
  const timed = async (doing: string, task: () => Promise<void>) =>
    inSlot(async () => {
      onStep(doing);
      const started = performance.now();
      await task();
      onStep(`${doing}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    });

  const build = async (circuit: Circuit): Promise<[Circuit, CircuitLock]> => {
    await timed(`${circuit.name}: compiling`, () => runStep({ step: "compile", circuit, dir: staging }));
    const constraints = constraintCount(stagedFile(circuit, staging, "r1cs"));
    const isCeremony = ceremonies.has(circuit.name);
    if (isCeremony) stageCeremonyKey(circuit, staging);
    else
      await timed(
        `${circuit.name}: development proving key, known trapdoor: never for real money (${constraints} constraints)`,
        () => runStep({ step: "setup", circuit, dir: staging }),
      );
    const of = (kind: ArtifactKind) => sha256File(stagedFile(circuit, staging, kind)) ?? "missing";
    return [
      circuit,
      {
        setup: isCeremony ? "ceremony" : "development",
        sources: sourcesHash(circuit),
        constraints,
        r1cs: of("r1cs"),
        wasm: of("wasm"),
        zkey: of("zkey"),
        verificationKey: of("verificationKey"),
        solidity: of("solidity"),
      },
    ];
  };
  // All of them, so that no child still writes when the staging folder goes.
  const settled = await Promise.allSettled(circuits.map(build));
  const entries = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return new Map(entries);
}

/** Moves what was built to where it belongs; what git holds only where told. */
export function installCircuits(built: Built, staging: string, replaceCommitted: boolean): void {
  for (const circuit of built.keys()) {
    for (const kind of ARTIFACT_KINDS) {
      const target = artifactFiles(circuit)[kind];
      if (COMMITTED_KINDS.includes(kind) && !replaceCommitted) continue;
      mkdirSync(dirname(target), { recursive: true });
      renameSync(stagedFile(circuit, staging, kind), target);
    }
    renameSync(join(staging, `${circuit.name}.sym`), join(BUILD_DIR, `${circuit.name}.sym`));
  }
}

/** A ceremony's key cannot be made again: it is not in git, and must have been put there. */
function stageCeremonyKey(circuit: Circuit, staging: string): void {
  const files = artifactFiles(circuit);
  if (sha256File(files.zkey) === undefined)
    throw new Error(`${circuit.name}'s proving key is from a ceremony: put its final zkey at ${files.zkey}`);
  for (const kind of ["zkey", "verificationKey", "solidity"] as const)
    copyFileSync(files[kind], stagedFile(circuit, staging, kind));
}

/** Name of a circuit's file in the staging folder. */
function stagedFile(circuit: Circuit, staging: string, kind: ArtifactKind): string {
  const extensions = {
    r1cs: "r1cs",
    wasm: "wasm",
    zkey: "zkey",
    verificationKey: "vkey.json",
    solidity: "sol",
  } as const;
  return join(staging, `${circuit.name}.${extensions[kind]}`);
}
