import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { newSessionKeyPair, nodeSession } from "@gristmill/shared/heartbeat/nodeSession";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { signedHello } from "../../../test/signedHello.ts";
import { account } from "../../../test/testChain.ts";
import { manifestOf } from "../../../test/testNode.ts";
import { type NodeConnection, serveNode } from "./nodeConnection.ts";

test("a node that reads nothing of what it is sent is cut off before it fills the scheduler's memory", async () => {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const keys = newSessionKeyPair();
  const scheduler = account(1).address;
  const place = { chainId: 31337, market: account(3).address, registry: account(4).address, scheduler };
  let admitted: NodeConnection | undefined;
  sockets.on("connection", (socket) =>
    serveNode(socket, {
      desk: { admit: async () => undefined } as never,
      place,
      keys,
      keySignature: "0x",
      notary: scheduler,
      beatEveryMs: () => 1000,
      nowMs: () => performance.now(),
      onAdmitted: (_, connection) => {
        admitted = connection;
      },
      isRevoked: () => false,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const node = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { nonce } = await new Promise<{ nonce: `0x${string}` }>((resolve) =>
    node.once("message", (data) => resolve(JSON.parse(data.toString()))),
  );
  const own = newSessionKeyPair();
  const manifest = manifestOf(account(5).address, "slow");
  const challenge = { nonce, schedulerKey: keys.publicKey };
  const hello = { account: account(5), provider: account(2).address, manifest, nodeKey: own.publicKey };
  node.send(JSON.stringify(await signedHello({ ...hello, challenge, place })));
  const welcome = await new Promise<Buffer>((resolve) => node.once("message", (data: Buffer) => resolve(data)));
  const session = nodeSession("node", own, { publicKey: keys.publicKey, nonce });
  expect(session.open(welcome).toString()).toContain("welcome");

  node.pause();
  const [atScheduler] = sockets.clients;
  let most = 0;
  const message = "x".repeat(100_000);
  for (let sent = 0; sent < 1000 && atScheduler?.readyState === WebSocket.OPEN; sent++) {
    admitted?.send({ type: "refused", code: "internal", message });
    most = Math.max(most, atScheduler.bufferedAmount);
    if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(atScheduler?.readyState).toBeGreaterThanOrEqual(WebSocket.CLOSING);
  expect(most).toBeLessThan(4 * 1024 * 1024);
  node.terminate();
  await new Promise((resolve) => sockets.close(resolve));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
