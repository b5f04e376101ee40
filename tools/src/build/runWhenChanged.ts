import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildDir, checkoutRoot } from "../checkout.ts";

/** What builds, tests and deployments write among the sources. */
const written = ["node_modules", ".next", "next-env.d.ts", "generated", "build", "coverage", "test", "deployments"];
const ignored = new Set(written);

function hashInto(hash: ReturnType<typeof createHash>, path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) if (!ignored.has(name)) hashInto(hash, join(path, name));
    return;
  }
  hash.update(relative(checkoutRoot, path)).update("\0").update(readFileSync(path)).update("\0");
}

/**
 * Runs a build step only when one of its inputs changed since it last succeeded, or its output is gone.
 * @param step.inputs files and folders, relative to the checkout
 * @param step.output a file or folder that must exist for the step to count as done
 * @returns whether it ran
 */
export async function runWhenChanged(
  step: { name: string; inputs: readonly string[]; output: string },
  run: () => Promise<void>,
): Promise<boolean> {
  const hash = createHash("sha256");
  for (const input of step.inputs) hashInto(hash, join(checkoutRoot, input));
  const digest = hash.digest("hex");
  const stamp = join(buildDir, "stamps", step.name);
  const done =
    existsSync(stamp) && readFileSync(stamp, "utf8") === digest && existsSync(join(checkoutRoot, step.output));
  if (done) return false;
  await run();
  mkdirSync(join(buildDir, "stamps"), { recursive: true });
  writeFileSync(stamp, digest);
  return true;
}
