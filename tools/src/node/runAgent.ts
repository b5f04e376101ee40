import { spawn } from "node:child_process";
import { passSignals } from "../cli/shutdown.ts";

/**
 * Runs the node agent until it ends. It answers signals itself and counts them: once finishes the lease, twice stops it.
 * A terminal sends Ctrl-C to the whole process group, so the agent gets a group of its own and each signal from here, once.
 *
 * @returns the agent's exit code
 */
export function runAgent(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { env, stdio: "inherit", detached: true });
  // A closed terminal is no reason to throw work away.
  passSignals((signal) => child.kill(signal === "SIGHUP" ? "SIGTERM" : signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
