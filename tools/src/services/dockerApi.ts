import { request } from "node:http";

/** Where an engine listens, as `DOCKER_HOST` writes it: `unix:///path` or `tcp://host:port`. */
export type DockerHost = string;

/**
 * One call to a Docker engine, for the few questions the launcher asks before anything else is installed.
 *
 * @returns status and the whole body as text
 * @throws when nothing answers there within 10 seconds, or the address is of a kind that needs Docker's own client (ssh, TLS)
 */
export function dockerCall(
  host: DockerHost,
  method: "GET" | "DELETE",
  path: string,
): Promise<{ status: number; body: string }> {
  const url = new URL(host);
  if (url.protocol !== "unix:" && url.protocol !== "tcp:" && url.protocol !== "http:") {
    return Promise.reject(new Error(`${url.protocol}// is not supported: use unix:// or tcp://`));
  }
  const target =
    url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: Number(url.port || 2375) };
  return new Promise((resolve, reject) => {
    const call = request({ ...target, method, path, timeout: 10_000, headers: { host: "docker" } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.once("error", reject);
    });
    call.once("timeout", () => call.destroy(new Error("no answer within 10 s")));
    call.once("error", reject);
    call.end();
  });
}

/** Whether an engine answers there. */
export async function dockerAnswers(host: DockerHost): Promise<boolean> {
  try {
    return (await dockerCall(host, "GET", "/_ping")).status === 200;
  } catch {
    return false;
  }
}
