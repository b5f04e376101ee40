import { mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  ARTIFACT_KINDS,
  type ArtifactKind,
  artifactFiles,
  type CircuitLock,
  powersOfTauFile,
  sha256File,
} from "./artifacts.ts";
import type { Circuit } from "./circuitList.ts";
import { constraintCount } from "./constraintCount.ts";
import { BUILD_DIR } from "./paths.ts";
import { runStep } from "./runStep.ts";
import { createSlots, slotCount } from "./slots.ts";
import { sourcesHash } from "./sourcesHash.ts";

/** What came out of a build, before it is compared with the lock or becomes it. */
export interface Built {
  circuits: ReadonlyMap<Circuit, CircuitLock>;
  powersOfTau: Record<string, string>;
}

/**
 * Compiles circuits and makes their keys in `staging`, as many at once as cores and memory allow.
 *
 * @param knownPowers - sha256 of the development powers of tau that may be taken from an earlier build.
 */
export async function buildCircuits(
  circuits: readonly Circuit[],
  staging: string,
  knownPowers: Record<string, string>,
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

  const powersOfTau = async (power: number) => {
    const kept = sha256File(powersOfTauFile(power));
    if (kept !== undefined && kept === knownPowers[power]) return powersOfTauFile(power);
    const file = join(staging, `${power}.ptau`);
    await timed(`development powers of tau 2^${power} (known trapdoor: never for real money)`, () =>
      runStep({ step: "powersOfTau", power, file }),
    );
    return file;
  };
  // Small powers first: their circuits wait the least.
  const powers = [...new Set(circuits.map(({ power }) => power))].sort((a, b) => a - b);
  const files = new Map(powers.map((power) => [power, powersOfTau(power)]));

  const build = async (circuit: Circuit): Promise<[Circuit, CircuitLock]> => {
    const compiled = timed(`${circuit.name}: compiling`, () => runStep({ step: "compile", circuit, dir: staging }));
    const [ptau = ""] = await Promise.all([files.get(circuit.power), compiled]);
    const constraints = constraintCount(stagedFile(circuit, staging, "r1cs"));
    await timed(`${circuit.name}: development proving key (${constraints} constraints)`, () =>
      runStep({ step: "setup", circuit, dir: staging, ptau }),
    );
    const of = (kind: ArtifactKind) => sha256File(stagedFile(circuit, staging, kind)) ?? "missing";
    return [
      circuit,
      {
        setup: "development",
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
  await Promise.allSettled(files.values());
  const entries = settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  const hashed = await Promise.all(
    powers.map(async (power) => [power, sha256File((await files.get(power)) ?? "") ?? "missing"] as const),
  );
  return { circuits: new Map(entries), powersOfTau: Object.fromEntries(hashed) };
}

/** Moves what was built to where it belongs. The Solidity verifiers are committed, and only replaced where told. */
export function installCircuits(built: Built, staging: string, replaceSolidity: boolean): void {
  for (const circuit of built.circuits.keys()) {
    for (const kind of ARTIFACT_KINDS) {
      const target = artifactFiles(circuit)[kind];
      if (kind === "solidity" && !replaceSolidity) continue;
      mkdirSync(dirname(target), { recursive: true });
      renameSync(stagedFile(circuit, staging, kind), target);
    }
    renameSync(join(staging, `${circuit.name}.sym`), join(BUILD_DIR, `${circuit.name}.sym`));
  }
  for (const power of Object.keys(built.powersOfTau)) {
    const staged = join(staging, `${power}.ptau`);
    if (sha256File(staged) !== undefined) renameSync(staged, powersOfTauFile(Number(power)));
  }
}

/** Name of a circuit's file in the staging folder. */
function stagedFile(circuit: Circuit, staging: string, kind: ArtifactKind): string {
  const file = artifactFiles(circuit)[kind];
  return join(staging, kind === "solidity" ? `${circuit.name}.sol` : basename(file));
}
