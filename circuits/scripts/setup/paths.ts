import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The circuits package. */
export const CIRCUITS_DIR = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** The checkout. */
export const REPOSITORY_DIR = join(CIRCUITS_DIR, "..");
/** Where artifacts are built; not in git. */
export const BUILD_DIR = join(CIRCUITS_DIR, "build");
/** Hashes of every artifact; in git. */
export const LOCK_FILE = join(CIRCUITS_DIR, "artifacts.lock.json");
/** Verification keys; in git, so that a browser has them without a build. */
export const KEYS_DIR = join(REPOSITORY_DIR, "packages/shared/src/proof/keys");
/** Circuit sources. */
export const SOURCE_DIR = join(CIRCUITS_DIR, "src");
/** The list of circuits. */
export const CIRCUIT_LIST_FILE = join(CIRCUITS_DIR, "circuits.json");
