import { expect, test } from "vitest";
import { type AssetView, templateSchema } from "../api/views.ts";
import { type Manifest, manifestHash } from "../manifest/manifest.ts";
import { commitInput } from "./commitInput.ts";
import { inputKeyPair, openSealedInput } from "./sealedInput.ts";
import { type Reader, readersOf, sealedWorkload } from "./sealedWorkload.ts";

const market = "0x5FbDB2315678afecb367f032d93F642f64180aa3" as const;
const keys = await inputKeyPair(new Uint8Array(32).fill(7));

/** A machine that has model 5 and is listed. */
function machine(name: string, pricePerSecond: bigint, changes: Partial<AssetView> = {}): AssetView {
  const node = `0x${name.charCodeAt(0).toString(16).padStart(40, "0")}` as const;
  const manifest: Manifest = {
    ...{ version: 1, name, node, region: "DE", gpus: [], cpuModel: "cpu", cpuCores: 2, memoryMiB: 1024, diskMiB: 1024 },
    executor: "docker",
    benchmark: { fp32MilliGflops: 1, memoryMiBPerSecond: 1, diskMiBPerSecond: 1, device: "cpu", measuredAt: 0 },
    encryptionKey: keys.encryptionKey,
  };
  const listing = { pricePerSecond, minSeconds: 1, maxSeconds: 3600, endsAt: 9, version: 1, noticeSeconds: null };
  const view = { assetId: "1", node, manifest, manifestHash: manifestHash(manifest), listing, availability: "free" };
  return { ...view, live: { diskFreeMiB: null, holds: [], models: ["5"] }, ...changes } as AssetView;
}
const namesOf = (readers: readonly Reader[]) => readers.map(({ name }) => name);

test("the cheapest machines that have the model are asked, and no more than may ever answer: each one more could read the input", () => {
  const all = [machine("d", 4n), machine("b", 2n), machine("c", 3n), machine("a", 1n)];
  expect(namesOf(readersOf(all, "5"))).toEqual(["a", "b", "c"]);
  expect(readersOf(all, "6")).toEqual([]);
});

test("a machine whose shown key is not the one that its asset commits to is never sealed for", () => {
  const honest = machine("a", 1n);
  const swapped = { ...(honest.manifest as Manifest), encryptionKey: `0x${"66".repeat(32)}` as const };
  expect(readersOf([{ ...honest, manifest: swapped }], "5")).toEqual([]);
});

test.each<[string, Partial<AssetView>]>([
  ["offline", { availability: "offline" }],
  ["draining", { availability: "draining" }],
  ["unlisted", { listing: null }],
])("a machine that is %s is not counted on", (_name, changes) => {
  expect(readersOf([machine("a", 1n, changes)], "5")).toEqual([]);
});

test("the order commits to what was drawn, names who can open it, and opens for them", async () => {
  const template = templateSchema.parse({
    ...{ id: "t", title: "t", description: "t", image: `job@sha256:${"0".repeat(64)}`, command: [], env: {} },
    ...{ cpuMilli: 1000, memoryMiB: 128, maxOutputMiB: 1, maxSeconds: 60, sampleInputs: [] },
    inference: {
      ...{ modelId: `0x${"ab".repeat(32)}`, circuit: "c", modelCommitment: "5", weights: "public" },
      ...{ shape: { sizes: [3, 2, 2], shifts: [1], inputBits: 4 }, shows: "", doesNotShow: "" },
    },
  });
  const { inference } = template;
  if (!inference) throw new Error("the template asks no model");
  const readers = readersOf([machine("a", 1n)], "5");
  const options = { template: { ...template, inference }, values: [1, 2, 3], readers, chainId: 31_337, market };
  const { workload, bytes, salt } = await sealedWorkload(options);
  expect(workload.inference?.inputCommitment).toBe(commitInput(inference.shape, [1, 2, 3], salt).toString());
  expect(workload.inference?.sealedFor).toEqual(readers.map(({ node }) => node));
  const node = readers[0]?.node ?? market;
  const text = await openSealedInput(
    bytes,
    { node, privateKey: keys.privateKey },
    { chainId: 31_337, market, workload },
  );
  expect(JSON.parse(text)).toEqual({ values: [1, 2, 3], salt: salt.toString() });
  // Asked again, the same drawing is behind another commitment.
  expect((await sealedWorkload(options)).workload.inference?.inputCommitment).not.toBe(
    workload.inference?.inputCommitment,
  );
});
