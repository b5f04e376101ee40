import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { marketIdOf } from "../checkout.ts";
import { waitUntil } from "./waitUntil.ts";

const rememberedSchema = z.record(z.string(), z.number().int().min(1024).max(65535));

// Below Linux's ephemeral range (from 32768), so that no outgoing connection holds one of ours by chance.
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;

const claimedHere = new Set<number>();
let queue: Promise<unknown> = Promise.resolve();

/** Whether a server could listen on `127.0.0.1:port` now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function readRemembered(file: string): Record<string, number> {
  if (!existsSync(file)) return {};
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {}; // A damaged file costs the stability of the numbers, nothing else.
  }
}

async function choose(dir: string, name: string): Promise<number> {
  const file = join(dir, "ports.json");
  const remembered = readRemembered(file);
  const known = remembered[name];
  // A server that was just ended may hold its socket for a moment, while its last threads end.
  const free = (port: number) => waitUntil(() => isPortFree(port), { timeoutMs: 500 });
  if (known !== undefined && !claimedHere.has(known) && (await free(known))) {
    claimedHere.add(known);
    return known;
  }
  const others = new Set(Object.entries(remembered).flatMap(([other, port]) => (other === name ? [] : [port])));
  const start = Number.parseInt(marketIdOf(dir).slice(0, 8), 16) % PORT_COUNT;
  for (let step = 0; step < PORT_COUNT; step++) {
    const port = FIRST_PORT + ((start + step) % PORT_COUNT);
    if (others.has(port) || claimedHere.has(port) || !(await isPortFree(port))) continue;
    claimedHere.add(port);
    mkdirSync(dir, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify({ ...readRemembered(file), [name]: port }, null, 2)}\n`);
    renameSync(temporary, file);
    return port;
  }
  throw new Error(`No port is free between ${FIRST_PORT} and ${FIRST_PORT + PORT_COUNT - 1}.`);
}

/**
 * A free port on 127.0.0.1 for `name`: the same one at every start of this checkout, unless somebody else took it
 * meanwhile. Kept in `<dir>/ports.json`. Give it back with {@link releasePort} when its server has stopped.
 *
 * @param dir - the `.mill` folder
 */
export function choosePort(dir: string, name: string): Promise<number> {
  const next = queue.then(() => choose(dir, name));
  queue = next.catch(() => undefined);
  return next;
}

/** The port that `name` had at its last start. */
export function rememberedPort(dir: string, name: string): number | undefined {
  return readRemembered(join(dir, "ports.json"))[name];
}

/** Lets this process choose the port again. */
export function releasePort(port: number): void {
  claimedHere.delete(port);
}
