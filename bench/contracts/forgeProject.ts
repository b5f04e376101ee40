import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** forge itself, without the npm wrapper's install script (which may not run). */
export function forgeProgram(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const wrapper = createRequire(import.meta.url).resolve("@foundry-rs/forge/package.json");
  const platform = `@foundry-rs/forge-${process.platform}-${architecture}/package.json`;
  const program = join(dirname(createRequire(wrapper).resolve(platform)), "bin", "forge");
  chmodSync(program, 0o755);
  return program;
}

/**
 * A copy of the contracts and their Solidity suites that forge builds and runs.
 *
 * Not optimized: a planted bug is built in seconds, and what is tested is the logic. `hardhat test solidity` runs the same
 * suites on the optimized code.
 */
export function createForgeProject(folder: string): void {
  // What an earlier run built stays: forge builds again what differs.
  for (const name of ["contracts", "node_modules"]) rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["src", "test"])
    cpSync(join(root, "contracts", part), join(folder, "contracts", part), {
      recursive: true,
      filter: (path) => !/\.(ts|json)$/.test(path),
    });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const compiler = join(folder, "solc");
  writeFileSync(compiler, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "solc.ts")}" "$@"\n`);
  chmodSync(compiler, 0o755);
  writeFileSync(
    join(folder, "foundry.toml"),
    `[profile.default]
src = "contracts/src"
test = "contracts/test"
libs = []
solc = "${compiler}"
evm_version = "cancun"
via_ir = true
optimizer = false
offline = true
dynamic_test_linking = true
auto_detect_remappings = false
remappings = ["@openzeppelin/=node_modules/@openzeppelin/"]
ignored_error_codes = [3860, 5574, 6335]

[profile.default.optimizer_details]
yul = true

[profile.default.optimizer_details.yulDetails]
stackAllocation = true
optimizerSteps = ":"

[lint]
lint_on_build = false
`,
  );
}
