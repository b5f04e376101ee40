import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Headers, pack } from "tar-stream";
import { afterAll, expect, test } from "vitest";
import { readArchive } from "./archive.ts";
import { unpackImage } from "./unpackImage.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-unpack-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
type Entry = Partial<Headers> & { name: string; text?: string };

async function tarOf(entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text, ...header } of entries) archive.entry(header, text ?? "");
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function imageOf(layers: Entry[][], change: (config: string) => string = (config) => config) {
  const tars = await Promise.all(layers.map(tarOf));
  const config = JSON.stringify({
    config: { Cmd: ["/run"] },
    rootfs: { diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
  });
  const digest = sha256(config);
  const file = join(dir, `${digest}.tar`);
  const members = tars.map((tar, index) => ({ name: `layer${index}`, tar }));
  const archive = pack();
  archive.entry({ name: "config" }, change(config));
  for (const { name, tar } of members) archive.entry({ name }, tar);
  archive.entry(
    { name: "manifest.json" },
    JSON.stringify([{ Config: "config", Layers: members.map(({ name }) => name) }]),
  );
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  writeFileSync(file, Buffer.concat(parts));
  return { file, digest };
}

test("layers lie over each other as an engine would lay them, without set-uid bits and devices", async () => {
  const { file, digest } = await imageOf([
    [
      { name: "usr/bin/", type: "directory" },
      { name: "usr/bin/run", text: "one", mode: 0o4755 },
      { name: "bin", type: "symlink", linkname: "usr/bin" },
      { name: "gone", text: "x" },
      { name: "old/", type: "directory" },
      { name: "old/file", text: "x" },
      { name: "dev/sda", type: "block-device", devmajor: 8, devminor: 0 },
    ],
    [{ name: "bin/more", text: "two" }, { name: ".wh.gone" }, { name: "old/.wh..wh..opq" }],
  ]);
  const root = await unpackImage(file, await readArchive(file, digest), join(dir, "images"));
  expect(readFileSync(join(root, "usr/bin/more"), "utf8")).toBe("two");
  expect(lstatSync(join(root, "usr/bin/run")).mode & 0o7777).toBe(0o755);
  expect(existsSync(join(root, "gone"))).toBe(false);
  expect(readdirSync(join(root, "old"))).toEqual([]);
  expect(existsSync(join(root, "dev/sda"))).toBe(false);
});

test("an image cannot write outside its root through its own links", async () => {
  const { file, digest } = await imageOf([
    [
      { name: "escape", type: "symlink", linkname: join(dir, "outside") },
      { name: "up", type: "symlink", linkname: "../../../../../../tmp" },
    ],
    [
      { name: "escape/file", text: "evil" },
      { name: "up/gristmill-evil", text: "evil" },
    ],
  ]);
  const root = await unpackImage(file, await readArchive(file, digest), join(dir, "images"));
  expect(existsSync(join(dir, "outside"))).toBe(false);
  expect(existsSync("/tmp/gristmill-evil")).toBe(false);
  expect(readFileSync(join(root, "tmp/gristmill-evil"), "utf8")).toBe("evil");
});

test("a name with .. is refused", async () => {
  const { file, digest } = await imageOf([[{ name: "a/../../evil", text: "evil" }]]);
  await expect(
    readArchive(file, digest).then((archive) => unpackImage(file, archive, join(dir, "images"))),
  ).rejects.toThrow(/outside/);
});

test("an archive whose image is another one than its name says is refused", async () => {
  const { file, digest } = await imageOf([[{ name: "a", text: "x" }]], (config) => config.replace("/run", "/evil"));
  await expect(readArchive(file, digest)).rejects.toMatchObject({ code: "workload_failed" });
});

test("a layer that is not what the image's configuration names is refused", async () => {
  const { file, digest } = await imageOf([[{ name: "a", text: "x" }]]);
  const archive = await readArchive(file, digest);
  const forged = {
    ...archive,
    layers: archive.layers.map((layer) => ({ ...layer, diffId: `sha256:${"0".repeat(64)}` })),
  };
  await expect(unpackImage(file, forged, join(dir, "images"))).rejects.toThrow(/layer/);
});
