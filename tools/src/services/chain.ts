import { accessSync, chmodSync, constants, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { newestState, saveState } from "./chainState.ts";
import { choosePort, releasePort, rememberedPort } from "./ports.ts";
import { readPidFile, reclaimProcess, startProcess } from "./process.ts";
import { isAlive } from "./processIdentity.ts";
import { ServiceError } from "./serviceError.ts";
import { waitUntil } from "./waitUntil.ts";

/** The development mnemonic that every local chain tool knows: its keys are public. */
export const DEV_MNEMONIC = "test test test test test test test test test test test junk";
const DEV_CHAIN_ID = 31337;
const SAVE_INTERVAL_MS = 5_000;

export type Chain = {
  rpcUrl: string;
  /** Websocket address; absent for a chain named by `RPC_URL`. */
  wsUrl?: string;
  chainId: number;
  origin: "RPC_URL" | "anvil";
  /** Whether it goes on from a saved state. */
  resumed: boolean;
  /** Resolves when its process has ended; absent when it is somebody else's. */
  exited?: Promise<unknown>;
  /** Writes its state to disk now; done by itself every few seconds and at the end. */
  save(): Promise<void>;
  stop(): Promise<void>;
};

export type StartChainOptions = {
  /** The `.mill` folder; the state is kept in `<millDir>/<name>`. */
  millDir: string;
  /** Name of the process, the port and the state's folder. Default `chain`. */
  name?: string;
  port?: number;
  /** Forget the saved state. */
  fresh?: boolean;
  /** Default: this process's environment. Only `RPC_URL` is read. */
  env?: { readonly RPC_URL?: string | undefined };
};

const answerSchema = z.object({ result: z.unknown().optional(), error: z.object({ message: z.string() }).optional() });

async function call(rpcUrl: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(30_000),
  });
  const { result, error } = answerSchema.parse(await response.json());
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

const hex = z.string().regex(/^0x[0-9a-f]*$/i);
const blockSchema = z.object({ timestamp: hex, hash: hex.nullish(), number: hex.nullish() });

/** anvil itself, without the npm wrapper's install script (which may not run). */
export function anvilProgram(): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const platform = `@foundry-rs/anvil-${process.platform}-${architecture}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json");
    const folder = dirname(createRequire(wrapper).resolve(`${platform}/package.json`));
    const program = join(folder, "bin", "anvil");
    try {
      accessSync(program, constants.X_OK);
    } catch {
      chmodSync(program, 0o755);
    }
    return program;
  } catch (cause) {
    throw new ServiceError(
      "chain",
      `npm has no anvil for ${process.platform}-${process.arch}`,
      "Name a development chain of yours: RPC_URL=http://127.0.0.1:8545 ./mill ...",
      cause,
    );
  }
}

async function useNamed(rpcUrl: string): Promise<Chain> {
  try {
    const chainId = Number(hex.parse(await call(rpcUrl, "eth_chainId")));
    const nothing = async () => undefined;
    return { rpcUrl, chainId, origin: "RPC_URL", resumed: true, save: nothing, stop: nothing };
  } catch (cause) {
    throw new ServiceError(
      "chain",
      "the chain named in RPC_URL does not answer",
      "Start it or correct RPC_URL; unset it to use the local development chain.",
      cause,
    );
  }
}

const clockSeconds = () => Math.floor(Date.now() / 1000);

async function saveNow(rpcUrl: string, folder: string): Promise<void> {
  const pending = blockSchema.parse(await call(rpcUrl, "eth_getBlockByNumber", ["pending", false]));
  const dump = hex.parse(await call(rpcUrl, "anvil_dumpState"));
  const ahead = Number(pending.timestamp) - clockSeconds();
  saveState(folder, dump, ahead > 2 ? ahead : 0);
}

/**
 * Saves a chain that outlived whoever started it, before it is ended: until then the market went on, and nobody kept what it
 * wrote. Does nothing when there is none.
 */
export async function saveOrphan(millDir: string, name = "chain"): Promise<void> {
  const left = readPidFile(join(millDir, "run", `${name}.json`));
  const port = rememberedPort(millDir, name);
  if (!left || port === undefined || !isAlive(left.process) || isAlive(left.parent)) return;
  // One that does not answer is as good as crashed: the last saved state stays.
  await saveNow(`http://127.0.0.1:${port}`, join(millDir, name)).catch(() => undefined);
}

/**
 * A chain for the market: the one `RPC_URL` names, else anvil on 127.0.0.1 with the development accounts. A block is mined for
 * each transaction and none in between. The state survives a restart, chain time included.
 *
 * @throws {ServiceError} when the named chain does not answer or anvil does not start
 */
export async function startChain(options: StartChainOptions): Promise<Chain> {
  const { millDir, name = "chain", fresh = false, env = process.env } = options;
  if (env.RPC_URL) return useNamed(env.RPC_URL);

  const folder = join(millDir, name);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  else await saveOrphan(millDir, name);
  // Before the port is chosen: it holds the remembered one.
  await reclaimProcess(millDir, name);
  const state = newestState(folder);
  const port = options.port ?? (await choosePort(millDir, name));
  const rpcUrl = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    millDir,
    name,
    command: anvilProgram(),
    args: [
      ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(DEV_CHAIN_ID)],
      ...["--mnemonic", DEV_MNEMONIC, "--accounts", "20", "--quiet"],
      ...(state ? ["--load-state", state.file] : []),
    ],
  });
  const ready = await waitUntil(
    async () => !server.isRunning() || Number(await call(rpcUrl, "eth_chainId")) === DEV_CHAIN_ID,
    { timeoutMs: 30_000 },
  );
  if (!ready || !server.isRunning()) {
    await server.stop();
    releasePort(port);
    throw new ServiceError("chain", `anvil did not start:\n${server.tail(6)}`, `See ${server.logFile}`);
  }

  if (state) {
    // anvil restarts at the machine's clock; after a demo that moved chain time, blocks would go back in time.
    const head = blockSchema.parse(await call(rpcUrl, "eth_getBlockByNumber", ["latest", false]));
    const ahead = Math.max(state.aheadSeconds, Number(head.timestamp) - clockSeconds() + 1);
    if (ahead > 0) await call(rpcUrl, "evm_increaseTime", [ahead]);
  }

  let savedHead = "";
  const save = async () => {
    const head = blockSchema.parse(await call(rpcUrl, "eth_getBlockByNumber", ["latest", false]));
    if (head.hash && head.hash === savedHead) return;
    await saveNow(rpcUrl, folder);
    savedHead = head.hash ?? "";
  };
  // One save at a time; a failed one is tried again, and the older files stay.
  let saving: Promise<void> = Promise.resolve();
  const saveInTurn = () => {
    saving = saving.catch(() => undefined).then(save);
    return saving;
  };
  const timer = setInterval(() => void saveInTurn().catch(() => undefined), SAVE_INTERVAL_MS);
  timer.unref();

  return {
    rpcUrl,
    wsUrl: `ws://127.0.0.1:${port}`,
    chainId: DEV_CHAIN_ID,
    origin: "anvil",
    resumed: state !== undefined,
    exited: server.exited,
    save: saveInTurn,
    stop: async () => {
      clearInterval(timer);
      if (server.isRunning()) await saveInTurn().catch(() => undefined);
      await server.stop();
      releasePort(port);
    },
  };
}
