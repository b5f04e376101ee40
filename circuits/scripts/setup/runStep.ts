import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BuildMessage, BuildStep } from "./buildMessage.ts";

/** Runs one step of the build in a child process. */
export function runStep(step: BuildStep): Promise<void> {
  const script = fileURLToPath(new URL("./buildWorker.ts", import.meta.url));
  const child = fork(script, [JSON.stringify(step)], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  // Whoever is asked to end in the middle must not leave it computing.
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.removeListener("exit", end));
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    let outcome: BuildMessage | undefined;
    child.on("message", (message: BuildMessage) => {
      outcome = message;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (outcome?.type === "done") resolve();
      else if (outcome?.type === "failed") reject(new Error(outcome.message));
      else reject(new Error(`the circuit build ended with code ${code}: ${stderr.trim()}`));
    });
  });
}
