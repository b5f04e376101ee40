import { execFile } from "node:child_process";

/** Runs a program to its end. @throws Error with what it said on stderr */
export function runProgram(program: string, args: readonly string[], timeoutMs = 30_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { timeout: timeoutMs, maxBuffer: 4_194_304, env: { PATH: systemPath, LC_ALL: "C" } },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${program} ${args[0] ?? ""}: ${stderr.trim().split("\n").at(-1) || error.message}`));
      },
    );
  });
}

/** Where the system's own programs are, whatever PATH the agent was started with. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
