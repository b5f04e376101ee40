import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PidFile, readPidFile } from "../services/process.ts";
import { identifyProcess, isAlive } from "../services/processIdentity.ts";
import { ServiceError } from "../services/serviceError.ts";

/**
 * Says on disk that this process runs the market of a `.mill` folder, so that `./mill down` finds it and a second one is refused.
 *
 * @returns gives the claim back
 * @throws {ServiceError} when another living process has it
 */
export function claimMarket(millDir: string): () => void {
  const file = join(millDir, "run", "mill.json");
  const other = readPidFile(file);
  if (other && other.process.pid !== process.pid && isAlive(other.process)) {
    throw new ServiceError(
      "market",
      `this checkout's market already runs (pid ${other.process.pid})`,
      "Use it: its addresses are in .mill/market.json. Or stop it first: ./mill down",
    );
  }
  const self = identifyProcess(process.pid);
  if (!self) return () => undefined;
  const content: PidFile = { name: "mill", process: self, parent: self, stopSignal: "SIGTERM" };
  mkdirSync(join(millDir, "run"), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content)}\n`);
  return () => rmSync(file, { force: true });
}
