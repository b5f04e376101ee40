import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProver } from "@gristmill/circuits/prover/createProver";
import { proverArtifacts } from "@gristmill/circuits/prover/proverArtifacts";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { readCircuitList } from "@gristmill/circuits/scripts/setup/circuitList";
import { constraintCount } from "@gristmill/circuits/scripts/setup/constraintCount";
import { runStep } from "@gristmill/circuits/scripts/setup/runStep";
import { groth16 } from "snarkjs";
import { buildContracts } from "../contracts/test/support/build.ts";
import { median } from "./median.ts";
import { timePowersOfTau } from "./powersOfTau.ts";
import { proofGas } from "./proofGas.ts";
import { type MeasuredCircuit, measuredCircuits } from "./proofInputs.ts";
import type { Row } from "./row.ts";

const RUNS = 7;
/** Sizes at which snarkjs' own powers of tau are made beside ours; 2^14 takes snarkjs ten minutes. */
const POWERS = process.argv.includes("--large") ? [10, 12, 14] : [10, 12];

/**
 * For each circuit: size, compilation, setup, witness, proof (cold and warm), verification, gas and memory, beside plain
 * `snarkjs groth16 fullProve` in the same run; then the powers of tau beside snarkjs' own.
 */
export async function benchProofs(): Promise<Row[]> {
  await buildArtifacts({ circuits: measuredCircuits.map(({ circuit }) => circuit) });
  await buildContracts();
  const rows: Row[] = [];
  for (const measured of measuredCircuits) rows.push(...(await benchCircuit(measured)));
  for (const power of POWERS) {
    const { snarkjs, ours } = await timePowersOfTau(power);
    const times = (seconds: { wallSeconds: number; cpuSeconds: number }) =>
      `${seconds.wallSeconds.toFixed(1)} s (${seconds.cpuSeconds.toFixed(1)} s of processor)`;
    rows.push({ what: `powers of tau 2^${power}: snarkjs (baseline)`, value: times(snarkjs), ratio: "1.00 x" });
    const [wall, cpu] = [snarkjs.wallSeconds / ours.wallSeconds, snarkjs.cpuSeconds / ours.cpuSeconds];
    rows.push({
      what: `powers of tau 2^${power}: ours`,
      value: times(ours),
      ratio: `${wall.toFixed(0)} x faster, ${cpu.toFixed(0)} x less processor`,
    });
  }
  return rows;
}

async function benchCircuit({ circuit: name, what, input: makeInput }: MeasuredCircuit): Promise<Row[]> {
  const circuit = readCircuitList().find((entry) => entry.name === name);
  if (!circuit) throw new Error(`no circuit ${name}`);
  const dir = mkdtempSync(join(tmpdir(), "gristmill-bench-"));
  const artifacts = proverArtifacts(name);
  const prover = createProver(artifacts);
  const input = makeInput();
  try {
    const compileMs = await timed(() => runStep({ step: "compile", circuit, dir }));
    const setupMs = await timed(() => runStep({ step: "setup", circuit, dir }));
    const constraints = constraintCount(join(dir, `${name}.r1cs`));
    const key = readFileSync(artifacts.zkey);

    const runs: { wallMs: number; proved: Awaited<ReturnType<typeof prover.prove>> }[] = [];
    const peer: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      const proved = await prover.prove({ input });
      runs.push({ wallMs: performance.now() - started, proved });
      peer.push(await timed(() => groth16.fullProve(structuredClone(input), artifacts.wasm, artifacts.zkey)));
    }
    const [cold, ...warm] = runs;
    if (!cold) throw new Error("nothing was proven");
    const baseline = median(peer);
    const ms = (label: string, value: number): Row => ({
      what: `${name}: ${label}`,
      value: `${value.toFixed(0)} ms`,
      ratio: `${(value / baseline).toFixed(2)} x`,
    });
    const plain = (label: string, value: string): Row => ({ what: `${name}: ${label}`, value, ratio: "" });
    const of = (field: "witnessMs" | "proveMs" | "verifyMs") => median(warm.map(({ proved }) => proved[field]));
    const peak = Math.max(...runs.map(({ proved }) => proved.peakRssBytes));
    return [
      ms(`snarkjs groth16 fullProve of ${what}, same process (baseline, median)`, baseline),
      plain("constraints", constraints.toLocaleString("en")),
      plain("compile", `${(compileMs / 1000).toFixed(1)} s`),
      plain("development setup", `${(setupMs / 1000).toFixed(1)} s`),
      plain("proving key", `${(key.byteLength / 1_000_000).toFixed(1)} MB`),
      ms("cold: new child, hash check, prove, verify", cold.wallMs),
      ms("warm: prove and verify (median)", median(warm.map(({ wallMs }) => wallMs))),
      ms("warm: witness alone (median)", of("witnessMs")),
      ms("warm: witness and proof (median)", of("proveMs")),
      ms("warm: verify (median)", of("verifyMs")),
      plain("most memory of the child", `${Math.round(peak / 1_048_576)} MiB`),
      plain("a transaction that only verifies", `${(await proofGas(circuit, cold.proved)).toLocaleString("en")} gas`),
    ];
  } finally {
    prover.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
