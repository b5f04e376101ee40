import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";

/** Root folder of this checkout. */
export const checkoutRoot: string = realpathSync(resolve(import.meta.dirname, "../.."));

/** Toolchain, build stamps and job images: shared by every market of this checkout. */
export const buildDir: string = resolve(checkoutRoot, ".mill");

/** What a market keeps and starts lives under here: data, logs, pid files. `MILL_STATE` moves it, for a second market of one checkout. */
export const millDir: string = resolve(process.env.MILL_STATE ?? buildDir);

/**
 * Short name of the market that a `.mill` folder belongs to, the same at every start and different for
 * each checkout. Containers carry it as the label `gristmill.market`.
 *
 * @param dir - absolute path of the `.mill` folder
 * @returns 12 hexadecimal characters
 */
export function marketIdOf(dir: string): string {
  return createHash("sha256").update(resolve(dir)).digest("hex").slice(0, 12);
}
