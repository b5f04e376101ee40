import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { SEALED_FILE } from "@gristmill/shared/inference/sealedInput";
import type { Workload } from "@gristmill/shared/job/workload";
import type { LeasePorts } from "./leasePorts.ts";

/** Names under which the workload finds the question and leaves the answer. */
export const INPUT_FILE = "input.json";
export const MODEL_FILE = "model.json";
export const ANSWER_FILE = "answer.json";

/**
 * Puts the question where the workload finds it: the sealed input opened, and the model.
 * @throws BaseError `workload_failed` where the input was not sealed for this node and this job
 */
export async function openInput(
  { chain, inference, inputs }: Pick<LeasePorts, "chain" | "inference" | "inputs">,
  workload: Workload,
  inDir: string,
): Promise<void> {
  if (workload.inference === undefined) return;
  if (!workload.inputs.some(({ path }) => path === SEALED_FILE)) {
    throw new BaseError("workload_failed", `the job has no ${SEALED_FILE}`);
  }
  const sealed = join(inDir, SEALED_FILE);
  const [text, modelCommitment] = await Promise.all([
    inputs.open(await readFile(sealed), workload),
    chain.modelCommitment(workload.inference.modelId),
  ]);
  await rm(sealed);
  for (const [name, content] of [
    [INPUT_FILE, text],
    [MODEL_FILE, inference.modelText(modelCommitment)],
  ] as const) {
    await writeFile(join(inDir, name), content);
    await chmod(join(inDir, name), 0o444);
  }
}
