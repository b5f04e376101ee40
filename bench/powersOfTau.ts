import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BEACON_ITERATIONS_EXP } from "@gristmill/circuits/scripts/setup/beaconRng";
import { DEVELOPMENT_NAME, developmentPowersOfTau } from "@gristmill/circuits/scripts/setup/developmentPowersOfTau";
import { DEVELOPMENT_BEACON } from "@gristmill/circuits/scripts/setup/developmentTau";
import { buildBn128 } from "ffjavascript";
import { powersOfTau } from "snarkjs";

/** Seconds of wall clock and of processor for the same file made twice. */
export interface PowersOfTauTimes {
  power: number;
  snarkjs: Spent;
  ours: Spent;
}
interface Spent {
  wallSeconds: number;
  cpuSeconds: number;
}

/**
 * Makes a prepared powers-of-tau file with snarkjs (new, one contribution, prepare phase 2) and with ours, in one process.
 *
 * @throws if the two files differ: then there is nothing to compare.
 */
export async function timePowersOfTau(power: number): Promise<PowersOfTauTimes> {
  const dir = mkdtempSync(join(tmpdir(), "gristmill-bench-"));
  const file = (name: string) => join(dir, name);
  const curve = await buildBn128();
  try {
    let made: Uint8Array = new Uint8Array();
    const ours = await spent(async () => {
      made = await developmentPowersOfTau(curve, power);
    });
    const snarkjs = await spent(async () => {
      await powersOfTau.newAccumulator(curve, power, file("new"));
      await powersOfTau.beacon(file("new"), file("1"), DEVELOPMENT_NAME, DEVELOPMENT_BEACON, BEACON_ITERATIONS_EXP);
      await powersOfTau.preparePhase2(file("1"), file("prepared"));
    });
    if (!readFileSync(file("prepared")).equals(made)) throw new Error(`the two files of 2^${power} differ`);
    return { power, snarkjs, ours };
  } finally {
    rmSync(dir, { recursive: true, force: true });
    await curve.terminate();
  }
}

async function spent(work: () => Promise<void>): Promise<Spent> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1_000_000 };
}
