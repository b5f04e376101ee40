import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { extract, type Headers } from "tar-stream";
import { z } from "zod";
import type { ImageConfig } from "../../domain/hardening.ts";

const manifestSchema = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) })).length(1);
const MAX_JSON_BYTES = 4_194_304;

export const imageConfigSchema = z.object({
  config: z
    .object({
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/** `name@sha256:digest` -> digest, 64 hex digits. */
export function digestOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1);
}

/** The archive for an image, if the folder has one. */
export function archiveOf(imageStore: string | undefined, digest: string): string | undefined {
  if (imageStore === undefined) return undefined;
  const file = join(imageStore, `${digest}.tar`);
  return existsSync(file) ? file : undefined;
}

/** An image of a docker archive: its configuration, and the members that hold its layers, lowest first. */
export interface ImageArchive {
  image: ImageConfig;
  layers: readonly { member: string; diffId: string }[];
}

/**
 * Reads a docker archive and checks that its configuration hashes to the digest; the configuration names each layer's hash,
 * which is checked when the layer is unpacked.
 * @throws BaseError `workload_failed`
 */
export async function readArchive(file: string, digest: string): Promise<ImageArchive> {
  const members = new Map<string, Buffer>();
  await eachMember(file, async (header, stream) => {
    if (header.type !== "file" || (header.size ?? 0) > MAX_JSON_BYTES) return;
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    // Layers may be as small as a configuration; only what looks like JSON is kept.
    if (bytes[0] === 0x7b || bytes[0] === 0x5b) members.set(header.name, bytes);
  });
  const manifest = manifestSchema.safeParse(parseJson(members.get("manifest.json")));
  const [entry] = manifest.data ?? [];
  const config = entry === undefined ? undefined : members.get(entry.Config);
  if (entry === undefined || config === undefined) {
    throw new BaseError("workload_failed", `${file} is no docker archive of one image`);
  }
  const got = createHash("sha256").update(config).digest("hex");
  if (got !== digest) {
    throw new BaseError("workload_failed", `the archive holds image ${got.slice(0, 12)}…, not ${digest.slice(0, 12)}…`);
  }
  const parsed = imageConfigSchema.safeParse(parseJson(config));
  if (!parsed.success || parsed.data.rootfs.diff_ids.length !== entry.Layers.length) {
    throw new BaseError("workload_failed", `the configuration of image ${digest.slice(0, 12)}… is not understood`);
  }
  return {
    image: imageConfig(digest, parsed.data.config ?? {}),
    layers: entry.Layers.map((member, index) => ({ member, diffId: parsed.data.rootfs.diff_ids[index] ?? "" })),
  };
}

/** The part of an image's configuration that counts here. */
export function imageConfig(id: string, config: NonNullable<z.infer<typeof imageConfigSchema>["config"]>): ImageConfig {
  return {
    id,
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    env: config.Env ?? [],
    workingDir: config.WorkingDir ?? "",
    volumes: Object.keys(config.Volumes ?? {}),
  };
}

/** Calls back for each member of an archive, in order; what it does not read is skipped. */
export async function eachMember(
  file: string,
  onMember: (header: Headers, stream: Readable) => Promise<void>,
): Promise<void> {
  const archive = extract();
  const source = createReadStream(file);
  source.on("error", (error) => archive.destroy(error));
  source.pipe(archive);
  for await (const entry of archive) {
    await onMember(entry.header, entry as unknown as Readable);
    entry.resume();
  }
}

function parseJson(bytes: Buffer | undefined): unknown {
  try {
    return bytes === undefined ? undefined : JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
