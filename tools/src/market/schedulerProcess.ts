import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "viem";
import { checkoutRoot, millDir } from "../checkout.ts";
import { type SupervisedProcess, startProcess } from "../services/process.ts";
import { marketFile } from "./marketFile.ts";
import { roleAccount } from "./roles.ts";

/** Starts the scheduler on its port. The key file holds the development mnemonic's scheduler key. */
export function startScheduler(options: {
  port: number;
  databaseUrl: string;
  redisUrl: string | undefined;
  webUrl: string;
  templatesFile: string;
}): Promise<SupervisedProcess> {
  const dataDir = join(millDir, "scheduler");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const keyFile = join(dataDir, "key");
  const privateKey = roleAccount("scheduler").getHdKey().privateKey;
  if (!privateKey) throw new Error("the development mnemonic gives no private key");
  writeFileSync(keyFile, toHex(privateKey), { mode: 0o600 });
  return startProcess({
    millDir,
    name: "scheduler",
    command: process.execPath,
    args: [join(checkoutRoot, "services/scheduler/src/main.ts")],
    cwd: checkoutRoot,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HOST: "127.0.0.1",
      PORT: String(options.port),
      DATABASE_URL: options.databaseUrl,
      MARKET_FILE: marketFile,
      DATA_DIR: dataDir,
      TEMPLATES_FILE: options.templatesFile,
      SCHEDULER_KEY_FILE: keyFile,
      PUBLIC_URL: `http://127.0.0.1:${options.port}`,
      WEB_ORIGIN: options.webUrl,
      HEARTBEAT_MS: "1000",
      ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    },
  });
}
