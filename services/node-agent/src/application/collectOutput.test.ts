import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { zeroHash } from "viem";
import { afterAll, expect, test } from "vitest";
import { artifactDouble } from "../../test/artifactDouble.ts";
import { collectOutput, listOutputs } from "./collectOutput.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-out-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const folder = (name: string) => {
  mkdirSync(join(dir, name));
  return join(dir, name);
};

test("a link in the outputs cannot carry a file of the node to the buyer", async () => {
  const out = folder("links");
  writeFileSync(join(dir, "secret"), "the node's own");
  symlinkSync(join(dir, "secret"), join(out, "soft"));
  linkSync(join(dir, "secret"), join(out, "hard"));
  symlinkSync(dir, join(out, "folder"));
  writeFileSync(join(out, "fine"), "x");
  expect(await listOutputs(out, 1000)).toEqual({
    files: [{ path: "fine", bytes: 1 }],
    skipped: expect.arrayContaining(["soft", "hard", "folder"]),
  });
});

test("outputs past the agreed size are refused, to the byte", async () => {
  const out = folder("big");
  writeFileSync(join(out, "a"), Buffer.alloc(60));
  writeFileSync(join(out, "b"), Buffer.alloc(40));
  expect((await listOutputs(out, 100)).files).toHaveLength(2);
  await expect(listOutputs(out, 99)).rejects.toMatchObject({ code: "artifact_too_large" });
});

test("the commitment on chain is the hash of a manifest that the buyer can fetch", async () => {
  const out = folder("stored");
  mkdirSync(join(out, "sub"));
  writeFileSync(join(out, "sub", "z"), "z");
  writeFileSync(join(out, "a"), "a");
  const store = artifactDouble();
  const { manifest, commitment } = await collectOutput({
    outDir: out,
    maxBytes: 1000,
    exitCode: 0,
    leaseId: leaseIdSchema.parse(zeroHash),
    store,
  });
  expect(manifest.files.map(({ path }) => path)).toEqual(["a", "sub/z"]);
  expect(commitment).toBe(outputCommitment(manifest));
  expect(store.kept).toContain(commitment.slice(2));
  for (const { sha256 } of manifest.files) expect(store.kept).toContain(sha256);
});
