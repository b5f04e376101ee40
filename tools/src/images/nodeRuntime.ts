import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";

/** One file of the runtime: where it is here, and where the image must have it. */
export type RuntimeFile = { source: string; target: string };

/** Where the image has Node. */
export const NODE_IN_IMAGE = "/usr/local/bin/node";

/**
 * The files that this very Node needs to run in an empty root: itself, the shared libraries that the loader finds for it, and
 * the loader, each at the path where it is looked for.
 *
 * @throws when `ldd`, part of every glibc system, is missing or finds a library missing
 */
export function nodeRuntime(node = process.execPath): RuntimeFile[] {
  const { stdout, status, error } = spawnSync("ldd", [node], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });
  if (status !== 0 || stdout.includes("not found")) {
    throw new Error(`ldd could not resolve the libraries of ${node}: ${error?.message ?? stdout}`);
  }
  // "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)" and, for the loader, "/lib64/ld-linux-x86-64.so.2 (0x...)".
  const libraries = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].flatMap(([, path]) => (path ? [path] : []));
  return [node, ...libraries].map((path, index) => ({
    source: realpathSync(path),
    target: index === 0 ? NODE_IN_IMAGE : path,
  }));
}
