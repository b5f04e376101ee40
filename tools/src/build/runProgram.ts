import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkoutRoot, millDir } from "../checkout.ts";
import { ServiceError } from "../services/serviceError.ts";

/**
 * Runs a program of the workspace to its end, output to `.mill/logs/<name>.log`.
 * @throws {ServiceError} when it fails, with the end of its output
 */
export function runProgram(
  name: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  mkdirSync(join(millDir, "logs"), { recursive: true });
  const logFile = join(millDir, "logs", `${name}.log`);
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: checkoutRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    let tail = "";
    const keep = (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => {
      log.end();
      if (code === 0) resolve();
      else
        reject(
          new ServiceError(name, `ended with code ${code}:\n${tail.trimEnd()}`, `The whole output is in ${logFile}`),
        );
    });
  });
}
