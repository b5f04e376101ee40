import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePort, releasePort } from "./ports.ts";

const folders: string[] = [];
const servers: Server[] = [];
const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "mill-ports-"));
  folders.push(path);
  return path;
};
let dir: string;

beforeEach(() => {
  dir = folder();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

function occupy(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

describe("choosePort", () => {
  it("gives a service the same port at every start, so bookmarks and wallets stay right", async () => {
    const first = await choosePort(dir, "web");
    releasePort(first);
    expect(await choosePort(dir, "web")).toBe(first);
  });

  it("gives each service its own, also when they are asked for at once", async () => {
    const ports = await Promise.all(["chain", "web", "scheduler", "postgres"].map((name) => choosePort(dir, name)));
    expect(new Set(ports).size).toBe(4);
  });

  it("chooses another when somebody else took it", async () => {
    const first = await choosePort(dir, "web");
    releasePort(first);
    await occupy(first);
    const second = await choosePort(dir, "web");
    expect(second).not.toBe(first);
    await occupy(second); // It is really free.
  });

  it("lets two checkouts run side by side", async () => {
    expect(await choosePort(dir, "web")).not.toBe(await choosePort(folder(), "web"));
  });

  it("goes on when its file is damaged", async () => {
    writeFileSync(join(dir, "ports.json"), "{ not json");
    expect(await choosePort(dir, "web")).toBeGreaterThan(1024);
  });
});
