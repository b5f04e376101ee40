// What the containment tests run inside: each argument is a probe, its result a line of JSON.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";

const print = (value) => process.stdout.write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);

const attempt = (action) => {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    return { ok: false, code: error.code ?? error.message };
  }
};
const connect = (host, port) =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 3000 });
    socket.once("connect", () => resolve("connected"));
    socket.once("error", (error) => resolve(error.code));
    socket.once("timeout", () => resolve("timeout"));
  });

const probes = {
  identity: () => ({
    uid: process.getuid(),
    gid: process.getgid(),
    groups: process.getgroups(),
    status: Object.fromEntries(
      fs
        .readFileSync("/proc/self/status", "utf8")
        .split("\n")
        .map((line) => line.split(":\t"))
        .filter(([name]) => /^(Cap|NoNew|Seccomp)/.test(name)),
    ),
    env: process.env,
    limits: fs.readFileSync("/proc/self/limits", "utf8"),
  }),
  files: () => ({
    root: attempt(() => fs.writeFileSync("/evil", "x")),
    etc: attempt(() => fs.writeFileSync("/etc/passwd", "x")),
    input: attempt(() => fs.writeFileSync("/in/evil", "x")),
    tmp: attempt(() => fs.writeFileSync("/tmp/fine", "x")),
    tmpBig: attempt(() => fs.writeFileSync("/tmp/big", Buffer.alloc(300 * 1048576))),
    output: attempt(() => fs.writeFileSync("/out/fine.txt", "from the workload\n")),
    copied: attempt(() => fs.copyFileSync("/in/input.txt", "/out/copy.txt")),
    link: attempt(() => fs.symlinkSync("/etc/shadow", "/out/link")),
    hostFiles: attempt(() => fs.readdirSync("/root")),
  }),
  bigFile: () => attempt(() => fs.writeFileSync("/out/big", Buffer.alloc(8 * 1048576))),
  network: async () => ({
    interfaces: Object.keys(os.networkInterfaces()).filter((name) => name !== "lo"),
    metadata: await connect("169.254.169.254", 80),
    host: process.env.HOST_PORT ? await connect("127.0.0.1", Number(process.env.HOST_PORT)) : "not asked",
    host6: process.env.HOST_PORT ? await connect("::1", Number(process.env.HOST_PORT)) : "not asked",
    public: await connect("1.1.1.1", 53),
  }),
  memory: () => {
    const held = [];
    for (;;) held.push(Buffer.alloc(16 * 1048576, 1));
  },
  forks: async () => {
    let started = 0;
    let refused = "";
    for (let index = 0; index < 600 && refused === ""; index++) {
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
      await new Promise((resolve) => {
        child.once("spawn", () => resolve(started++));
        child.once("error", (error) => {
          refused = error.code;
          resolve();
        });
      });
    }
    print({ forks: { started, refused } });
    process.exit(0);
  },
  sleep: () => new Promise((resolve) => setTimeout(resolve, 120_000)),
  flood: async () => {
    const line = `${"x".repeat(1000)}\n`;
    for (let index = 0; index < 20_000; index++) {
      if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
  },
  fail: () => process.exit(3),
  // Counts on from what was saved, and saves every step.
  count: async () => {
    const file = process.env.GRISTMILL_CHECKPOINT;
    const seconds = Number(process.env.SECONDS ?? 3);
    const saved = attempt(() => Number(fs.readFileSync(file, "utf8")));
    for (let step = saved.ok ? saved.value : 0; step < seconds; step++) {
      print(`step ${step}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      fs.writeFileSync(`${file}.new`, String(step + 1));
      fs.renameSync(`${file}.new`, file);
    }
    fs.writeFileSync("/out/result.txt", "counted\n");
    return "counted";
  },
  work: async () => {
    const seconds = Number(process.env.SECONDS ?? 3);
    for (let second = 0; second < seconds; second++) {
      print(`second ${second}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    fs.writeFileSync("/out/result.txt", fs.readFileSync("/in/input.txt", "utf8").toUpperCase());
    return "worked";
  },
};

for (const name of process.argv.slice(2)) {
  const probe = probes[name];
  if (probe === undefined) throw new Error(`there is no probe ${name}`);
  print({ [name]: await probe() });
}
