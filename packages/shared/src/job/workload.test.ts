import { expect, test } from "vitest";
import { workloadHash, workloadSchema } from "./workload.ts";

const digest = "a".repeat(64);
const good = { image: `gristmill/batch-csv@sha256:${digest}`, maxSeconds: 60 };

/** First issue of a refused workload: field and message. */
function refusal(change: Record<string, unknown>): string {
  const parsed = workloadSchema.safeParse({ ...good, ...change });
  if (parsed.success) throw new Error("expected a refusal");
  const issue = parsed.error.issues[0];
  return `${issue?.path.join(".")}: ${issue?.message}`;
}

test("an image named by tag is refused, because its content could be swapped after payment", () => {
  expect(refusal({ image: "gristmill/batch-csv:latest" })).toMatch(/^image: .*digest/);
});

test("an input cannot be written outside /in", () => {
  for (const path of ["../x", "/etc/passwd", "a/b", ".hidden", ""]) {
    expect(refusal({ inputs: [{ path, sha256: digest, bytes: 1 }] })).toMatch(/^inputs.0.path/);
  }
});

test("loader and GPU runtime variables cannot be smuggled in through the environment", () => {
  expect(refusal({ env: { LD_PRELOAD: "/in/x.so" } })).toMatch(/node only/);
  expect(refusal({ env: { NVIDIA_VISIBLE_DEVICES: "all" } })).toMatch(/node only/);
});

test("text that no program can be given is refused before it is paid for", () => {
  const expected = /must be well-formed text without NUL/;
  expect(refusal({ command: ["a\0b"] })).toMatch(expected);
  // Half a surrogate pair: it has no canonical JSON, so no hash.
  expect(refusal({ command: ["\ud800"] })).toMatch(expected);
  expect(refusal({ env: { A: "a\0b" } })).toMatch(expected);
});

test("a verified answer that would save its state is refused: what it read is one machine's alone", () => {
  const inference = { modelId: `0x${digest}`, inputCommitment: "1", sealedFor: [`0x${"1".repeat(40)}`] };
  expect(workloadSchema.safeParse({ ...good, inference }).success).toBe(true);
  expect(refusal({ inference, checkpoint: { everySeconds: 5 } })).toMatch(/^checkpoint: must be left out/);
});

test("two inputs under one name are refused: one of them would be lost", () => {
  const input = { path: "a.csv", sha256: digest, bytes: 1 };
  expect(refusal({ inputs: [input, { ...input, bytes: 2 }] })).toBe("inputs.1.path: is named twice");
});

test("a misspelt field is named instead of being ignored", () => {
  expect(refusal({ maxSecond: 5 })).toMatch(/maxSecond/);
});

test("the workload's hash does not depend on the order in which a buyer's client writes its fields", () => {
  const a = workloadSchema.parse({ ...good, env: { A: "1", B: "2" } });
  const b = workloadSchema.parse({ env: { B: "2", A: "1" }, maxSeconds: 60, image: good.image });
  expect(workloadHash(a)).toBe(workloadHash(b));
  expect(workloadHash({ ...a, maxSeconds: 61 })).not.toBe(workloadHash(a));
});
