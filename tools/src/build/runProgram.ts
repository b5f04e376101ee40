import { readFileSync } from "node:fs";
import { join } from "node:path";
import { millDir } from "../checkout.ts";
import { runLogged } from "../cli/runLogged.ts";
import { ServiceError } from "../services/serviceError.ts";

/**
 * Runs a program of the workspace to its end, output to `.mill/logs/<name>.log`. It ends with this command.
 * @throws {ServiceError} when it fails, with the end of its output
 */
export async function runProgram(
  name: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const logFile = join(millDir, "logs", `${name}.log`);
  const code = await runLogged(command, args, { logFile, env });
  if (code === 0) return;
  const tail = readFileSync(logFile, "utf8").trimEnd().slice(-4000);
  throw new ServiceError(name, `ended with code ${code}:\n${tail}`, `The whole output is in ${logFile}`);
}
