import { createReadStream } from "node:fs";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type Docker from "dockerode";
import type { ImageConfig } from "../../domain/hardening.ts";
import { archiveOf, digestOf, imageConfig, readArchive } from "../images/archive.ts";

/** The image in the engine: there already, loaded from the archive folder, or pulled by digest. */
export async function dockerImage(
  docker: Docker,
  imageStore: string | undefined,
  reference: string,
  onProgress: (line: string) => void,
): Promise<ImageConfig> {
  const digest = digestOf(reference);
  const here = (await inspect(docker, `sha256:${digest}`)) ?? (await inspect(docker, reference));
  if (here !== undefined) {
    onProgress("the image is here already");
    return here;
  }
  const archive = archiveOf(imageStore, digest);
  if (archive !== undefined) {
    onProgress("loading the image from the archive folder");
    await readArchive(archive, digest);
    await finished(docker, await docker.loadImage(createReadStream(archive)), "loading the image");
    const loaded = await inspect(docker, `sha256:${digest}`);
    if (loaded === undefined) throw new BaseError("workload_failed", "the engine did not keep the loaded image");
    return loaded;
  }
  onProgress(`pulling ${reference}`);
  try {
    await finished(docker, await docker.pull(reference), "pulling the image");
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new BaseError("workload_failed", `the image ${reference} is neither here nor in a registry: ${text}`, {
      cause,
    });
  }
  const pulled = await inspect(docker, reference);
  if (pulled === undefined) throw new BaseError("workload_failed", `the pulled image does not answer to ${reference}`);
  return pulled;
}

async function inspect(docker: Docker, name: string): Promise<ImageConfig | undefined> {
  try {
    const { Id, Config } = await docker.getImage(name).inspect();
    return imageConfig(Id.replace("sha256:", ""), {
      ...{ Env: Config.Env, Cmd: Config.Cmd, WorkingDir: Config.WorkingDir, Volumes: Config.Volumes },
      Entrypoint: typeof Config.Entrypoint === "string" ? [Config.Entrypoint] : Config.Entrypoint,
    });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** The engine reports a failure inside a stream that ends well. */
function finished(docker: Docker, stream: NodeJS.ReadableStream, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, events: { error?: string }[] | null) => {
      const failed = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
      if (failed === undefined) resolve();
      else reject(new BaseError("workload_failed", `${what}: ${failed}`));
    });
  });
}
