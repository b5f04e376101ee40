import { existsSync } from "node:fs";
import { createUsageProver } from "@gristmill/circuits/prover/createUsageProver";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import { groth16 } from "snarkjs";
import { median } from "./median.ts";
import type { Row } from "./row.ts";

const RUNS = 7;

/** Times the usage proof: our prover cold and warm, beside plain `snarkjs groth16 fullProve` in the same run. */
export async function benchProofs(): Promise<Row[]> {
  const artifacts = usageProverArtifacts();
  const wasm = artifacts.wasm;
  const zkey = artifacts.zkey;
  if (!existsSync(zkey)) throw new Error("build the proving keys first: node circuits/scripts/build.ts");
  const origin = tickOrigin({
    chainId: 31337,
    market: "0x1111111111111111111111111111111111111111",
    leaseId: `0x${"22".repeat(32)}`,
    payee: "0x3333333333333333333333333333333333333333",
    sequence: 0,
  });
  const ticks = Array.from({ length: 16 }, (_, index) => ({ elapsed: index + 1, sample: BigInt(index) }));
  const input = usageWitness({ origin, context: tickContext(origin, `0x${"44".repeat(32)}`), from: 0, ticks });

  const prover = createUsageProver(artifacts);
  const wall: number[] = [];
  const prove: number[] = [];
  const peer: number[] = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      prove.push((await prover.prove({ input })).proveMs);
      wall.push(performance.now() - started);
      const peerStarted = performance.now();
      await groth16.fullProve({ ...input }, wasm, zkey);
      peer.push(performance.now() - peerStarted);
    }
  } finally {
    prover.close();
  }
  const baseline = median(peer);
  const row = (what: string, ms: number): Row => ({
    what,
    value: `${ms.toFixed(0)} ms`,
    ratio: `${(ms / baseline).toFixed(2)} x`,
  });
  return [
    row("snarkjs groth16 fullProve, same process (baseline, median)", baseline),
    row("usage proof, first one in a new child: start, hash check, prove, verify", wall[0] ?? Number.NaN),
    row("usage proof, warm child: prove and verify (median)", median(wall.slice(1))),
    row("usage proof, warm child: witness and proof alone (median)", median(prove.slice(1))),
  ];
}
