import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutRoot, marketIdOf, millDir } from "../checkout.ts";
import { type SupervisedProcess, startProcess } from "../services/process.ts";
import { marketFile } from "./marketFile.ts";
import { privateModelsDir } from "./models.ts";
import { roleAccount } from "./roles.ts";

/** A node of the local market. Its GPU is simulated and says so, unless the machine has a real one. */
export interface LocalNode {
  name: string;
  /** `simulated:<model>:<VRAM in MiB>`, `auto` or `none`. */
  gpu: string;
  region: string;
  /** It answers for the provider's private models. */
  hasPrivateModels?: boolean;
}

/** The nodes a local market starts with, and what each is listed at, atomic units per second. */
export const localNodes: readonly (LocalNode & { pricePerSecond: bigint })[] = [
  { name: "north", gpu: "simulated:l4:24576", region: "DE", pricePerSecond: 420n, hasPrivateModels: true },
  { name: "south", gpu: "simulated:a10:24576", region: "FR", pricePerSecond: 610n },
];

/** Starts a node agent of the local market, with its own key and data folder below `.mill/`. */
export function startNode(
  node: LocalNode,
  options: { dockerHost: string | undefined; imageStore: string },
): Promise<SupervisedProcess> {
  const dataDir = join(millDir, "nodes", node.name);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = join(dataDir, "key-password");
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString("hex"), { mode: 0o600 });
  return startProcess({
    millDir,
    name: `node-${node.name}`,
    command: process.execPath,
    args: [join(checkoutRoot, "services/node-agent/src/main.ts")],
    cwd: checkoutRoot,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      MARKET_FILE: marketFile,
      PROVIDER: roleAccount("provider").address,
      NODE_NAME: node.name,
      REGION: node.region,
      DATA_DIR: dataDir,
      KEY_FILE: join(dataDir, "key.json"),
      KEY_PASSWORD_FILE: passwordFile,
      GPU: node.gpu,
      EXECUTOR: "auto",
      MARKET_ID: marketIdOf(millDir),
      IMAGE_STORE: options.imageStore,
      TICK_SECONDS: "1",
      ...(node.hasPrivateModels ? { PRIVATE_MODELS_DIR: privateModelsDir } : {}),
      ...(options.dockerHost === undefined ? {} : { DOCKER_HOST: options.dockerHost }),
    },
  });
}
