import { keccak256, stringToBytes } from "viem";
import { expect, test } from "vitest";
import { canonicalJson } from "../ids/canonicalJson.ts";
import { workloadHash, workloadSchema } from "../job/workload.ts";
import { inferenceWorkload } from "./inferenceWorkload.ts";

const modelId = `0x${"ab".repeat(32)}` as const;
const spec = `0x${"cd".repeat(32)}` as const;

test("another model, input or workload is another job, so that no proof of it is paid", () => {
  const all = [
    inferenceWorkload(modelId, 1n, spec),
    inferenceWorkload(spec, 1n, spec),
    inferenceWorkload(modelId, 2n, spec),
    inferenceWorkload(modelId, 1n, modelId),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test("an inference's workload hashes to what the chain recomputes, any other's as before", () => {
  const plain = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 60 });
  expect(workloadHash(plain)).toBe(keccak256(stringToBytes(canonicalJson(plain))));
  const asked = {
    ...plain,
    inference: { modelId, inputCommitment: "7", sealedFor: [`0x${"11".repeat(20)}` as const] },
  };
  expect(workloadHash(asked)).toBe(inferenceWorkload(modelId, 7n, keccak256(stringToBytes(canonicalJson(asked)))));
});
