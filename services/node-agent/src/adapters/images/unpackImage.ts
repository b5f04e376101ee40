import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { chmod, link, lstat, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { extract, type Headers } from "tar-stream";
import { eachMember, type ImageArchive } from "./archive.ts";

const MAX_LINKS = 40;
const MAX_UNPACKED_BYTES = 64 * 1024 ** 3;

/**
 * Unpacks an image into a root folder, layer over layer, each layer's hash checked. Device files are left out and no set-uid
 * bit survives. Nothing is ever written outside the root, wherever the image's own links point.
 * @returns the root folder
 */
export async function unpackImage(file: string, archive: ImageArchive, imagesDir: string): Promise<string> {
  const done = join(imagesDir, archive.image.id);
  const root = join(done, "rootfs");
  if (existsSync(join(done, "complete"))) return root;
  const part = join(imagesDir, `${archive.image.id}.part`);
  await rm(part, { recursive: true, force: true });
  await rm(done, { recursive: true, force: true });
  await mkdir(join(part, "rootfs"), { recursive: true, mode: 0o755 });
  for (const { member, diffId } of archive.layers) {
    let found = false;
    await eachMember(file, async (header, stream) => {
      if (header.name !== member) return;
      found = true;
      await unpackLayer(stream, diffId, join(part, "rootfs"));
    });
    if (!found) throw new BaseError("workload_failed", `layer ${member} is missing in the archive`);
  }
  for (const place of ["in", "out", "tmp", "proc", "dev", "sys"]) {
    await mkdir(await placeOf(join(part, "rootfs"), place), { recursive: true });
  }
  await writeFile(join(part, "complete"), "");
  await rename(part, done);
  return root;
}

async function unpackLayer(stream: Readable, diffId: string, root: string): Promise<void> {
  const hash = createHash("sha256");
  const archive = extract();
  const tap = new PassThrough();
  tap.on("data", (chunk: Buffer) => hash.update(chunk));
  const first = await peek(stream);
  const source = first[0] === 0x1f && first[1] === 0x8b ? stream.pipe(createGunzip()) : stream;
  source.on("error", (error) => archive.destroy(error));
  source.pipe(tap).pipe(archive);
  let total = 0;
  for await (const entry of archive) {
    total += entry.header.size ?? 0;
    if (total > MAX_UNPACKED_BYTES) throw new BaseError("workload_failed", "the image unpacks to more than 64 GiB");
    await unpackEntry(entry.header, entry as unknown as Readable, root);
    entry.resume();
  }
  const got = `sha256:${hash.digest("hex")}`;
  if (got !== diffId) throw new BaseError("workload_failed", `a layer of the image is ${got}, not ${diffId}`);
}

async function peek(stream: Readable): Promise<Buffer> {
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) {
      stream.unshift(chunk);
      return chunk;
    }
    if (stream.readableEnded) return Buffer.alloc(2);
    await new Promise<void>((resolve) => {
      stream.once("readable", resolve);
      stream.once("end", resolve);
    });
  }
}

async function unpackEntry(header: Headers, stream: Readable, root: string): Promise<void> {
  const path = header.name.split("/").filter((part) => part !== "" && part !== ".");
  if (path.includes(".."))
    throw new BaseError("workload_failed", `the image names a file outside its root: ${header.name}`);
  const name = path.pop();
  if (name === undefined) return;
  const folder = await placeOf(root, path.join("/"));
  await mkdir(folder, { recursive: true });
  const target = join(folder, name);
  if (name === ".wh..wh..opq") {
    for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true, force: true });
    return;
  }
  if (name.startsWith(".wh.")) {
    await rm(join(folder, name.slice(4)), { recursive: true, force: true });
    return;
  }
  const mode = (header.mode ?? 0o644) & 0o1777;
  const there = await lstat(target).catch(() => undefined);
  if (there !== undefined && !(there.isDirectory() && header.type === "directory")) {
    await rm(target, { recursive: true, force: true });
  }
  switch (header.type) {
    case "directory":
      await mkdir(target, { recursive: true });
      await chmod(target, mode);
      return;
    case "symlink":
      await symlink(header.linkname ?? "", target);
      return;
    case "link": {
      const source = (header.linkname ?? "").split("/").filter((part) => part !== "" && part !== ".");
      const sourceName = source.pop();
      if (sourceName === undefined || source.includes("..")) return;
      await link(join(await placeOf(root, source.join("/")), sourceName), target);
      return;
    }
    case "file":
    case "contiguous-file":
      await pipeline(stream, createWriteStream(target, { mode, flags: "wx" }));
      await chmod(target, mode);
      return;
    default:
      return; // Devices, sockets and pipes: the container gets its own few.
  }
}

/** Follows the image's links as a process inside would: an absolute one starts at the root again, `..` ends there. */
async function placeOf(root: string, relative: string): Promise<string> {
  const todo = relative.split("/").filter((part) => part !== "");
  let at: string[] = [];
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      at.pop();
      continue;
    }
    const target = await readlink(join(root, ...at, part)).catch(() => undefined);
    if (target === undefined) {
      at.push(part);
      continue;
    }
    if (++links > MAX_LINKS) throw new BaseError("workload_failed", "the image's links go in circles");
    if (target.startsWith("/")) at = [];
    todo.unshift(...target.split("/"));
  }
  return join(root, ...at);
}
