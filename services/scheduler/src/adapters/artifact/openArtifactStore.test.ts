import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openArtifactStore } from "./openArtifactStore.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gristmill-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* bytes(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");

it("keeps content under its hash across a restart: an input is not lost between upload and run", async () => {
  const stored = await (await openArtifactStore({ folder })).put(bytes("ab", "c"));
  expect(stored).toEqual({ sha256: sha256Of("abc"), bytes: 3 });
  const reopened = await openArtifactStore({ folder });
  expect(await reopened.bytesOf(stored.sha256)).toBe(3);
  const found = await reopened.open(stored.sha256);
  expect(Buffer.concat((await found?.content.toArray()) ?? []).toString()).toBe("abc");
});

it("forgets what a crash left half written", async () => {
  await openArtifactStore({ folder });
  writeFileSync(join(folder, "incoming", "half"), "abc");
  const store = await openArtifactStore({ folder, maxBytes: 3, maxTotalBytes: 3 });
  expect(await store.bytesOf(sha256Of("abc"))).toBeUndefined();
  expect((await store.put(bytes("abc"))).bytes).toBe(3);
});

it("keeps its share of the disk also when many upload at once", async () => {
  const store = await openArtifactStore({ folder, maxBytes: 4, maxTotalBytes: 6 });
  const results = await Promise.allSettled(["aaaa", "bbbb", "cccc", "dddd"].map((text) => store.put(bytes(text))));
  expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
  const refused = results.find(({ status }) => status === "rejected");
  expect(refused).toMatchObject({ reason: { code: "artifact_too_large" } });
  // What was refused or broke off holds no place.
  const after = await openArtifactStore({ folder, maxBytes: 6, maxTotalBytes: 12 });
  async function* broken() {
    yield Buffer.from("zz");
    throw new Error("the connection broke");
  }
  await expect(after.put(broken())).rejects.toThrow("the connection broke");
  await after.put(bytes("eeeeee"));
});

it("stops before strangers fill the disk, also after a restart, and counts equal content once", async () => {
  const options = { folder, maxBytes: 3, maxTotalBytes: 6 };
  const store = await openArtifactStore(options);
  await store.put(bytes("abc"));
  await store.put(bytes("abc"));
  await store.put(bytes("xyz"));
  await expect(store.put(bytes("d"))).rejects.toMatchObject({ code: "artifact_too_large" });
  await expect((await openArtifactStore(options)).put(bytes("d"))).rejects.toMatchObject({
    code: "artifact_too_large",
  });
});
