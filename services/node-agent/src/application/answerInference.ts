import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { inferenceContext } from "@gristmill/shared/inference/inferenceContext";
import { inferenceInputSchema } from "@gristmill/shared/inference/inferenceInput";
import { workloadSpec } from "@gristmill/shared/job/workload";
import type { Hex } from "viem";
import { readAnswer } from "./collectAnswer.ts";
import type { LeaseContext } from "./leasePorts.ts";
import { INPUT_FILE } from "./openInput.ts";

/**
 * Proves what the container answered and is paid for it. The container's answer and the proof's come from programs that share
 * no code: where they differ, nothing is proven and everything goes back to the buyer.
 *
 * @throws BaseError `workload_failed` when there is no answer that could be proven
 */
export async function answerInference(context: LeaseContext): Promise<void> {
  const { ports, journal, dirs } = context;
  const { chain, report } = ports;
  const { accepted, exited, output } = journal.record;
  const { leaseId, terms, payee, workload } = accepted;
  if (workload.inference === undefined || output === undefined)
    throw new Error("answering before the output is stored");
  const { modelId, inputCommitment } = workload.inference;
  if (exited?.exitCode !== 0) throw new BaseError("workload_failed", "the workload ended without an answer");

  const { values, salt } = inferenceInputSchema.parse(await readJson(join(dirs.inDir, INPUT_FILE)));
  const answered = await readAnswer(dirs.outDir);
  const owner = { chainId: chain.chainId, market: chain.market, leaseId, payee, modelId };
  const made = await ports.inference.prove({
    ...{ modelCommitment: await chain.modelCommitment(modelId), context: inferenceContext(owner), values, salt },
  });
  if (made.inputCommitment !== BigInt(inputCommitment)) {
    throw new BaseError("workload_failed", "the input is not the one that was ordered: its commitment differs");
  }
  if (answered !== made.class) {
    throw new BaseError("workload_failed", `the container answered ${answered}, the proof says ${made.class}`);
  }
  report.step("proof", `the answer was proven in ${(made.proveMs / 1000).toFixed(1)} s`, { leaseId });
  const txHash = await chain.captureInference({
    terms,
    leaseId,
    answer: {
      modelId,
      inputCommitment: made.inputCommitment,
      spec: workloadSpec(workload),
      class: BigInt(made.class),
      output: output.commitment as Hex,
    },
    proof: made.proof,
  });
  journal.append({ type: "answered", class: made.class, txHash });
  report.step("captured", "the answer is paid, lease closed", { leaseId, txHash });
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new BaseError("workload_failed", `there is no readable ${file.split("/").at(-1)}`, { cause });
  }
}
