import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { SchedulerMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import type { Address } from "viem";
import { type WebSocket, WebSocketServer } from "ws";
import { type NodeConnection, type NodeConnectionDeps, serveNode } from "./nodeConnection.ts";

const PATH = "/v1/nodes/connect";
/** Connections at once. */
const MAX_CONNECTIONS = 20_000;
/** Connections that have not proven a key yet: the oldest gives way, so that nodes still get in past idle strangers. */
const MAX_GREETING = 1000;
const MAX_FRAME_BYTES = 1024 * 1024;

export interface NodeServer {
  /** Takes nodes' connections on this HTTP server. */
  attach(server: Server): void;
  send(node: Address, message: SchedulerMessage): boolean;
  /** Ends the connection of a node that fell silent. */
  drop(node: Address): void;
  close(): Promise<void>;
}

/** Nodes' WebSocket: `GET /v1/nodes/connect`. A node has one connection; a newer one replaces it. */
export function createNodeServer(
  deps: Omit<NodeConnectionDeps, "onAdmitted"> & { onLeft(node: Address): void },
): NodeServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  const greeting = new Set<WebSocket>();
  const connections = new Map<Address, NodeConnection>();

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split("?")[0] !== PATH) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    if (sockets.clients.size >= MAX_CONNECTIONS) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      let admitted: Address | undefined;
      greeting.add(webSocket);
      if (greeting.size > MAX_GREETING) greeting.values().next().value?.terminate();
      const own = serveNode(webSocket, {
        ...deps,
        onAdmitted(node, connection) {
          admitted = node;
          greeting.delete(webSocket);
          connections.get(node)?.refuse(new BaseError("handshake_refused", "This node connected anew."));
          connections.set(node, connection);
        },
      });
      webSocket.on("close", () => {
        greeting.delete(webSocket);
        if (admitted === undefined || connections.get(admitted) !== own) return;
        connections.delete(admitted);
        deps.onLeft(admitted);
      });
    });
  };

  return {
    attach: (server) => void server.on("upgrade", upgrade),
    send(node, message) {
      const connection = connections.get(node);
      connection?.send(message);
      return connection !== undefined;
    },
    drop: (node) => connections.get(node)?.drop(),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.close(1012, "the scheduler restarts: connect again");
        const force = setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
        }, 1000);
        sockets.close(() => {
          clearTimeout(force);
          resolve();
        });
        // `close` waits for clients; those that do not answer are cut off above.
      }),
  };
}
