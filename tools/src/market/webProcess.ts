import { join } from "node:path";
import { checkoutRoot, millDir } from "../checkout.ts";
import { type SupervisedProcess, startProcess } from "../services/process.ts";
import { marketFile } from "./marketFile.ts";

/** Starts the built dApp on its port, loopback only. */
export function startWeb(port: number): Promise<SupervisedProcess> {
  return startProcess({
    millDir,
    name: "web",
    command: process.execPath,
    args: [
      join(checkoutRoot, "apps/web/node_modules/next/dist/bin/next"),
      "start",
      "--hostname",
      "127.0.0.1",
      "--port",
      String(port),
    ],
    cwd: join(checkoutRoot, "apps/web"),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      MARKET_FILE: marketFile,
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_ENV: "production",
    },
  });
}
