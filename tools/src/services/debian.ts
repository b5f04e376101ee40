import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "./serviceError.ts";

const POLICY = "/usr/sbin/policy-rc.d";

/** Why Debian packages cannot be installed from here; `undefined` when they can. */
export function whyNotInstall(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.MILL_INSTALL === "no") return "MILL_INSTALL=no forbids it";
  if (!existsSync("/usr/bin/apt-get")) return "this machine has no apt-get";
  if (process.getuid?.() !== 0) return "only root may install packages";
  return undefined;
}

function aptGet(args: readonly string[], log: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      "apt-get",
      // Waits for another apt run instead of failing; keeps configuration files without asking.
      ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold", ...args],
      {
        stdio: ["ignore", log, log],
        env: {
          ...process.env,
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          DEBIAN_FRONTEND: "noninteractive",
          NEEDRESTART_MODE: "l",
          LC_ALL: "C.UTF-8",
        },
      },
    );
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * Installs Debian packages without asking anything, and without letting them start services of their own.
 *
 * @param why - what needs them, for the message
 * @throws {ServiceError} when it may not or does not work: it names the command to run by hand
 */
export async function installDebianPackages(
  packages: readonly string[],
  { millDir, why, env = process.env }: { millDir: string; why: string; env?: NodeJS.ProcessEnv },
): Promise<void> {
  const [service = "package"] = packages;
  const remedy = `Install by hand: sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
  const reason = whyNotInstall(env);
  if (reason) throw new ServiceError(service, `needed for ${why}, not installed, and ${reason}`, remedy);

  mkdirSync(join(millDir, "logs"), { recursive: true });
  const logFile = join(millDir, "logs", "apt.log");
  const log = openSync(logFile, "a");
  // Debian's own switch against starting daemons at installation; an administrator's file is left alone.
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await aptGet(["update"], log); // A failing mirror among several is no reason to stop: the next line decides.
    if ((await aptGet(["install", "--no-install-recommends", ...packages], log)) !== 0) {
      const said = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-6).join("\n");
      throw new ServiceError(
        service,
        `apt-get could not install ${packages.join(" ")}:\n${said}`,
        `${remedy}\n  Log: ${logFile}`,
      );
    }
  } finally {
    closeSync(log);
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}
