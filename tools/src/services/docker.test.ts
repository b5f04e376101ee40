import { spawnSync } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkoutRoot } from "../checkout.ts";
import { buildJobImage } from "../images/buildJobImage.ts";
import { startDocker } from "./docker.ts";
import { dockerAnswers } from "./dockerApi.ts";
import { startDockerd } from "./dockerd.ts";
import { dockerPaths } from "./dockerPaths.ts";
import { readPidFile } from "./process.ts";

const canStart = process.getuid?.() === 0 && dockerPaths("/nowhere").program !== undefined;
let millDir: string;
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  // A long path: sockets inside it would not work.
  millDir = join(mkdtempSync(join(tmpdir(), "mill-docker-")), "a-checkout-with-a-long-name".repeat(5));
  mkdirSync(millDir, { recursive: true });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(millDir, { recursive: true, force: true });
});

async function start(name = "docker") {
  const engine = await startDockerd({ millDir, name });
  stops.push(engine.stop);
  return engine;
}
function docker(host: string, ...args: string[]) {
  return spawnSync("docker", ["-H", host, ...args], { encoding: "utf8" });
}
/** Everything on this machine that names the engine: processes, mounts, control groups, files. */
function traces(name = "docker"): string[] {
  const { runDir, dataDir, cgroupParent } = dockerPaths(millDir, name);
  const processes = readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${runDir}/`);
    } catch {
      return false;
    }
  });
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.includes(runDir) || line.includes(dataDir));
  const root = "/sys/fs/cgroup";
  const groups = [root, ...readdirSync(root).map((it) => join(root, it))].filter((it) =>
    existsSync(join(it, cgroupParent)),
  );
  return [...processes, ...mounts, ...groups, ...(existsSync(runDir) ? [runDir] : [])];
}

function loadedImage(host: string): string {
  const outDir = join(millDir, "images");
  const image = buildJobImage({ name: "batch-csv", programDir: "templates/batch-csv", outDir });
  const { stderr, status } = docker(host, "load", "-i", image.archivePath);
  expect(status, stderr).toBe(0);
  return `sha256:${image.digest}`;
}

describe.runIf(canStart)("an engine of our own", () => {
  it("runs the job image under the limits of a hardened container, by the digest known beforehand, and leaves nothing", async () => {
    const { host, stop } = await start();
    const image = loadedImage(host);
    const [input, output] = [join(millDir, "in"), join(millDir, "out")];
    cpSync(join(checkoutRoot, "templates/batch-csv/input"), input, { recursive: true });
    mkdirSync(output);
    chownSync(output, 65534, 65534);
    const limits = "--rm --network none --read-only --user 65534 --cap-drop ALL --memory 512m --pids-limit 64".split(
      " ",
    );
    const mounts = ["-v", `${input}:/in:ro`, "-v", `${output}:/out`, "-e", "RESAMPLES=50"];
    const { status, stderr } = docker(host, "run", ...limits, "--security-opt", "no-new-privileges", ...mounts, image);
    expect(status, stderr).toBe(0);
    const { files } = JSON.parse(readFileSync(join(output, "summary.json"), "utf8"));
    expect(files["pods.csv"].rows).toBe(2000);
    expect(files["pods.csv"].columns.cpu_milli).toMatchObject({
      count: 2000,
      missing: 0,
      min: 1000,
      max: 120000,
      mean: 8812.24,
    });
    await stop();
    expect(traces()).toEqual([]);
  });

  it("starts again after a SIGKILL, ends the jobs that outlived it, and leaves nothing", async () => {
    const { host } = await start();
    const image = loadedImage(host);
    const { status, stderr } = docker(
      host,
      "run",
      "-d",
      "--network",
      "none",
      "--entrypoint",
      "/usr/local/bin/node",
      image,
      "-e",
      "setInterval(() => {}, 1e6)",
    );
    expect(status, stderr).toBe(0);
    process.kill(readPidFile(join(millDir, "run", "docker.json"))?.process.pid ?? 0, "SIGKILL");
    await expect.poll(() => dockerAnswers(host), { timeout: 10_000 }).toBe(false);

    const again = await start();
    expect(docker(again.host, "ps", "-q").stdout).toBe("");
    expect(docker(again.host, "image", "inspect", image).status).toBe(0);
    await again.stop();
    expect(traces()).toEqual([]);
  });

  it("runs beside another one", async () => {
    const [one, two] = [await start("one"), await start("two")];
    loadedImage(one.host);
    expect(docker(one.host, "images", "-q").stdout).not.toBe("");
    expect(docker(two.host, "images", "-q").stdout).toBe("");
  });
});

describe("startDocker", () => {
  it("says so when the engine named in DOCKER_HOST is not there, instead of using another", async () => {
    const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    await expect(startDocker({ millDir, env })).rejects.toThrow(/DOCKER_HOST/);
  });
});
