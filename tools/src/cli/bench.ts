import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutRoot } from "../checkout.ts";
import { ServiceError } from "../services/serviceError.ts";

/** Runs `bench/main.ts` with the arguments given. */
export async function runBench(args: readonly string[]): Promise<number> {
  const program = join(checkoutRoot, "bench", "main.ts");
  if (!existsSync(program))
    throw new ServiceError("bench", "bench/main.ts is not there", "Check out the whole repository.");
  const child = spawn(process.execPath, [program, ...args], { cwd: checkoutRoot, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
