import { expect, test } from "vitest";
import { workloadSchema } from "../job/workload.ts";
import { inputKeyPair, openSealedInput, type SealPlace, sealInput } from "./sealedInput.ts";

const nodes = ["0x1111111111111111111111111111111111111111", "0x2222222222222222222222222222222222222222"] as const;
const keys = await Promise.all([1, 2, 3].map((byte) => inputKeyPair(new Uint8Array(32).fill(byte))));
const keyOf = (index: number) => keys[index] as (typeof keys)[number];
const workload = workloadSchema.parse({
  ...{ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 60 },
  inference: { modelId: `0x${"ab".repeat(32)}`, inputCommitment: "7", sealedFor: nodes },
});
const place: SealPlace = { chainId: 31_337, market: "0x5FbDB2315678afecb367f032d93F642f64180aa3", workload };
const text = JSON.stringify({ values: [1, 2, 3], salt: "5" });
const recipients = nodes.map((node, index) => ({ node, encryptionKey: keyOf(index).encryptionKey }));
const sealed = await sealInput(text, recipients, place);
const opened = (index: number, at: SealPlace = place) =>
  openSealedInput(sealed, { node: nodes[index] ?? nodes[0], privateKey: keyOf(index).privateKey }, at);

test("each named node reads the input, with the key that its seed gives again after a restart", async () => {
  for (const index of [0, 1]) expect(JSON.parse(await opened(index))).toEqual(JSON.parse(text));
  expect((await inputKeyPair(new Uint8Array(32).fill(1))).encryptionKey).toBe(keyOf(0).encryptionKey);
});

test("nobody else does: not another node, not one with another's key, not whoever stores it", async () => {
  const { privateKey } = keyOf(2);
  for (const node of [nodes[0], "0x3333333333333333333333333333333333333333"] as const)
    await expect(openSealedInput(sealed, { node, privateKey }, place)).rejects.toMatchObject({
      code: "workload_failed",
    });
  expect(new TextDecoder().decode(sealed)).not.toContain("values");
});

test("its length says nothing of the values, or a dark picture could be told from a light one", async () => {
  const longer = JSON.stringify({ values: Array<number>(784).fill(15), salt: "5".repeat(77) });
  expect((await sealInput(longer, recipients, place)).length).toBe(sealed.length);
});

test.each<[string, Partial<SealPlace>]>([
  ["another program, which could give it away", { workload: { ...workload, image: `spy@sha256:${"0".repeat(64)}` } }],
  ["another command", { workload: { ...workload, command: ["--leak"] } }],
  [
    "another model",
    {
      workload: {
        ...workload,
        inference: { modelId: `0x${"cd".repeat(32)}`, inputCommitment: "7", sealedFor: [...nodes] },
      },
    },
  ],
  ["another chain", { chainId: 1 }],
  ["another market", { market: nodes[0] }],
])("copied into a job with %s it does not open", async (_name, change) => {
  await expect(opened(0, { ...place, ...change })).rejects.toMatchObject({ code: "workload_failed" });
});

test("a changed byte is noticed", async () => {
  const envelope = JSON.parse(new TextDecoder().decode(sealed));
  const { ciphertext } = envelope.sealed[0];
  envelope.sealed[0].ciphertext = `0x${ciphertext[2] === "0" ? "1" : "0"}${ciphertext.slice(3)}`;
  const changed = new TextEncoder().encode(JSON.stringify(envelope));
  const own = { node: nodes[0], privateKey: keyOf(0).privateKey };
  await expect(openSealedInput(changed, own, place)).rejects.toMatchObject({ code: "workload_failed" });
});
