import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { buildDir, checkoutRoot } from "../checkout.ts";
import { readFlags } from "../cli/readFlags.ts";
import type { Say } from "../cli/say.ts";
import { ServiceError } from "../services/serviceError.ts";
import { runAgent } from "./runAgent.ts";

/** Flags and the node agent's variables they stand for. */
const variables = {
  market: "MARKET_URL",
  provider: "PROVIDER",
  name: "NODE_NAME",
  region: "REGION",
  gpu: "GPU",
  executor: "EXECUTOR",
  data: "DATA_DIR",
} as const;

const usage = "./mill node --market http://address-of-the-market --provider 0xYourAddress --name NAME --region DE";

const help = `Offers this machine on a market and runs what is leased. docs/node-agent.md says more.

  ${usage}

  --market ADDRESS     the market's scheduler
  --provider ADDRESS   your account: it owns the machine and is paid
  --name NAME          what buyers see; else the machine's own name
  --region CC          two-letter country code of the machine
  --gpu WHAT           auto, none, or simulated:MODEL:MIB to try things out
  --executor WHAT      auto, docker, runc or bwrap
  --data FOLDER        key and journals; else ~/.gristmill/node
  --status             what the agent of this folder is doing
  --remeasure          run the benchmark again
  --json               one JSON object a line
`;

/** The password of the machine's key: made once, readable by this account only. */
function ensurePassword(dataDir: string): void {
  const file = join(dataDir, "key-password");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
}

/**
 * `./mill node`: offers this machine on a market. Flags win over the environment; all other variables reach the agent as they are.
 * @returns the agent's exit code
 * @throws {ServiceError} when a flag is unknown or the market or the provider is missing
 */
export async function runNode(args: string[], say: Say): Promise<number> {
  const strings = Object.fromEntries(Object.keys(variables).map((flag) => [flag, { type: "string" as const }]));
  const boolean = { type: "boolean" } as const;
  const options = { ...strings, json: boolean, status: boolean, remeasure: boolean, help: boolean };
  const values: Record<string, unknown> = readFlags("node", usage, args, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [flag, variable] of Object.entries(variables)) {
    const value = values[flag];
    if (typeof value === "string") env[variable] = value;
  }
  if (!env.PROVIDER || !(env.MARKET_URL || env.MARKET_FILE)) {
    throw new ServiceError("node", "it needs a market and the account that is paid", usage);
  }
  env.DATA_DIR ??= join(homedir(), ".gristmill", "node");
  // Images that this checkout built need no registry.
  env.IMAGE_STORE ??= join(buildDir, "images");
  if (!env.KEY_PASSWORD_FILE) ensurePassword(env.DATA_DIR);
  if (!values.json && !values.status) {
    await say.step("proving keys", async () => ((await buildArtifacts()).rebuilt ? "built" : "up to date"));
  }
  const passed = ["json", "status", "remeasure"].filter((flag) => values[flag]).map((flag) => `--${flag}`);
  return runAgent([join(checkoutRoot, "services/node-agent/src/main.ts"), ...passed], env);
}
