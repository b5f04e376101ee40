import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { checkoutRoot } from "../checkout.ts";
import { NODE_IN_IMAGE, nodeRuntime, type RuntimeFile } from "./nodeRuntime.ts";
import { type Content, contentOf, type TarEntry, tar } from "./tar.ts";

export type JobImage = {
  /** What a workload names: `gristmill/<name>@sha256:<digest>`. */
  reference: string;
  /** sha256 of the image's configuration, 64 hex digits: Docker's image id. */
  digest: string;
  /** The image as `docker load` reads it: `<outDir>/<digest>.tar`. */
  archivePath: string;
};

export type BuildJobImageOptions = {
  /** The program's name; the image's repository is `gristmill/<name>`. */
  name: string;
  /** Folder with the program, absolute or from the checkout's root: its `*.mjs` files go to `/app`. */
  programDir: string;
  /** The file that starts it. Default `main.mjs`. */
  entry?: string;
  /** Where the archive goes. */
  outDir: string;
};

/** Raised whenever the same inputs would give another image. */
const RECIPE = 1;
const stampSchema = z.object({ key: z.string(), digest: z.string() });

function sha256({ chunks }: Content): string {
  const hash = createHash("sha256");
  for (const chunk of chunks()) hash.update(chunk);
  return hash.digest("hex");
}

/** Every folder above the files, each once. */
function folders(paths: readonly string[]): TarEntry[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let at = dirname(path); at !== "."; at = dirname(at)) found.add(at);
  }
  return [...found].map((path) => ({ path, mode: 0o755 }));
}

function runtimeLayer(files: readonly RuntimeFile[]): Content {
  const entries = files.map(({ source, target }) => ({
    path: target.slice(1),
    mode: 0o755,
    content: contentOf(readFileSync(source)),
  }));
  return tar([...folders(entries.map(({ path }) => path)), ...entries]);
}

function programLayer(program: readonly { file: string; bytes: Buffer }[]): Content {
  return tar([
    { path: "app", mode: 0o755 },
    ...program.map(({ file, bytes }) => ({ path: `app/${file}`, mode: 0o644, content: contentOf(bytes) })),
    { path: "etc", mode: 0o755 },
    { path: "etc/passwd", mode: 0o644, content: contentOf("nobody:x:65534:65534:nobody:/:/nonexistent\n") },
    { path: "etc/group", mode: 0o644, content: contentOf("nogroup:x:65534:\n") },
    // Where the node mounts inputs and outputs: a read-only root cannot get them later.
    { path: "in", mode: 0o755 },
    { path: "out", mode: 0o755 },
    { path: "tmp", mode: 0o1777 },
  ]);
}

function writeWhole(file: string, { chunks }: Content): void {
  const temporary = `${file}.${process.pid}`;
  const handle = openSync(temporary, "w");
  try {
    for (const chunk of chunks()) writeSync(handle, chunk);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

/**
 * Builds the image of a job's program without a registry and without an engine: this Node with its libraries, and the program.
 * The same Node and program always give the same digest. An unchanged image is not built again; an older one of the same name
 * is removed.
 */
export function buildJobImage(options: BuildJobImageOptions): JobImage {
  const { entry = "main.mjs", outDir } = options;
  const name = `gristmill/${options.name}`;
  const programDir = resolve(checkoutRoot, options.programDir);
  mkdirSync(outDir, { recursive: true });
  const runtime = nodeRuntime();
  const program = readdirSync(programDir)
    .filter((file) => file.endsWith(".mjs"))
    .sort()
    .map((file) => ({ file, bytes: readFileSync(join(programDir, file)) }));
  if (!program.some(({ file }) => file === entry)) throw new Error(`There is no ${entry} in ${programDir}.`);

  const inputs = createHash("sha256").update(JSON.stringify([RECIPE, name, entry, process.arch]));
  for (const { source, target } of runtime) {
    const { size, mtimeMs } = statSync(source);
    inputs.update(JSON.stringify([source, target, size, mtimeMs]));
  }
  for (const { file, bytes } of program) inputs.update(JSON.stringify([file, bytes.length])).update(bytes);
  const key = inputs.digest("hex");
  const stampFile = join(outDir, `${name.replaceAll("/", "_")}.json`);
  const stamp = existsSync(stampFile)
    ? stampSchema.safeParse(JSON.parse(readFileSync(stampFile, "utf8"))).data
    : undefined;
  const resultOf = (digest: string) => ({
    reference: `${name}@sha256:${digest}`,
    digest,
    archivePath: join(outDir, `${digest}.tar`),
  });
  if (stamp?.key === key && existsSync(join(outDir, `${stamp.digest}.tar`))) return resultOf(stamp.digest);

  const layers = [runtimeLayer(runtime), programLayer(program)].map((content) => ({
    content,
    digest: sha256(content),
  }));
  const created = "1970-01-01T00:00:00Z";
  const config = contentOf(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created,
      config: {
        User: "65534:65534",
        Env: [`PATH=${dirname(NODE_IN_IMAGE)}`],
        Entrypoint: [NODE_IN_IMAGE, `/app/${entry}`],
        WorkingDir: "/",
      },
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
      history: [
        { created, created_by: `node ${process.version} and its libraries` },
        { created, created_by: `program ${basename(programDir)}` },
      ],
    }),
  );
  const digest = sha256(config);
  const image = resultOf(digest);
  const manifest = [
    {
      Config: `blobs/sha256/${digest}`,
      // A name for people; jobs name the digest.
      RepoTags: [`${name}:${digest.slice(0, 12)}`],
      Layers: layers.map((layer) => `blobs/sha256/${layer.digest}`),
    },
  ];
  writeWhole(
    image.archivePath,
    tar([
      { path: "blobs", mode: 0o755 },
      { path: "blobs/sha256", mode: 0o755 },
      { path: `blobs/sha256/${digest}`, mode: 0o644, content: config },
      ...layers.map((layer) => ({ path: `blobs/sha256/${layer.digest}`, mode: 0o644, content: layer.content })),
      { path: "manifest.json", mode: 0o644, content: contentOf(JSON.stringify(manifest)) },
    ]),
  );
  writeFileSync(stampFile, `${JSON.stringify({ key, digest })}\n`);
  if (stamp && stamp.digest !== digest) rmSync(join(outDir, `${stamp.digest}.tar`), { force: true });
  return image;
}
