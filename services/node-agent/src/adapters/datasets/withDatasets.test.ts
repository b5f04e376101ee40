import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { zeroHash } from "viem";
import { afterAll, expect, test } from "vitest";
import type { ArtifactStore } from "../../application/ports.ts";
import { openDatasets } from "./openDatasets.ts";
import { withDatasets } from "./withDatasets.ts";

const folder = mkdtempSync(join(tmpdir(), "gristmill-datasets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lease = leaseIdSchema.parse(zeroHash);
const sha256 = createHash("sha256").update("rows").digest("hex");
const out = join(folder, "..", `${folder.split("/").at(-1)}-out`);
afterAll(() => rmSync(out, { force: true }));

test("an input that the node holds is not fetched again; a file that changed since is, and never reaches the job", async () => {
  writeFileSync(join(folder, "a.csv"), "rows");
  const datasets = await openDatasets(folder);
  expect([...datasets.keys()]).toEqual([sha256]);
  const fetched: string[] = [];
  const market: Pick<ArtifactStore, "fetch"> = {
    async fetch(_leaseId, _url, hash, _bytes, file) {
      fetched.push(hash);
      writeFileSync(file, "rows");
    },
  };
  const store = withDatasets(market as ArtifactStore, datasets);
  await store.fetch(lease, "http://market", sha256, 4, out);
  expect(fetched).toEqual([]);
  expect(readFileSync(out, "utf8")).toBe("rows");
  writeFileSync(join(folder, "a.csv"), "forged");
  await store.fetch(lease, "http://market", sha256, 4, out);
  expect(fetched).toEqual([sha256]);
  expect(readFileSync(out, "utf8")).toBe("rows");
});
