import { existsSync } from "node:fs";
import { installDebianPackages } from "./debian.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of an installed Chromium, or `undefined`. `CHROMIUM` in the environment wins. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env.CHROMIUM, ...PLACES].find((place) => place !== undefined && existsSync(place));
}

/**
 * Path of a Chromium for the browser tests; Debian's is installed when it may be.
 *
 * @throws {ServiceError} naming the command to run by hand
 */
export async function ensureChromium(millDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found = findChromium(env);
  if (found) return found;
  await installDebianPackages(["chromium"], { millDir, why: "the browser tests", env });
  return "/usr/bin/chromium";
}
