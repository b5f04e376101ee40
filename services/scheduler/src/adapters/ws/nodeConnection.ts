import { randomBytes } from "node:crypto";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type NodeMessage, nodeMessageSchema, type SchedulerMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, bytesToHex } from "viem";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { NodeDesk } from "../../application/nodeDesk.ts";
import type { Log } from "../../application/ports.ts";
import { type HandshakePlace, verifyHello } from "./verifyHello.ts";

/** Time for the hello; a connection that says nothing is closed. */
const HELLO_MS = 15_000;
/** Messages that may wait for their turn; a node that sends faster is cut off. */
const MAX_WAITING = 500;

export interface NodeConnectionDeps {
  desk: NodeDesk;
  place: HandshakePlace;
  notary: Address;
  heartbeatMs: number;
  /** The key was proven; `close` ends this connection for a newer one. */
  onAdmitted(node: Address, connection: NodeConnection): void;
  isRevoked(node: Address): boolean;
  log: Log;
}

export interface NodeConnection {
  send(message: SchedulerMessage): void;
  /** Says why, then closes. */
  refuse(error: BaseError): void;
}

/** One node's connection: challenge, hello, then messages one after the other. */
export function serveNode(socket: WebSocket, deps: NodeConnectionDeps): NodeConnection {
  const nonce = bytesToHex(randomBytes(32));
  let node: Address | undefined;
  let counter = -1;
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();

  const connection: NodeConnection = {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(toWire(message)));
    },
    refuse(error) {
      connection.send({ type: "refused", code: error.code, message: error.message });
      socket.close(1008, error.code);
    },
  };

  const take = async (message: NodeMessage): Promise<void> => {
    if (node === undefined) {
      if (message.type !== "hello") throw new BaseError("handshake_refused", "The first message must be a hello.");
      await verifyHello(message, nonce, deps.place);
      if (deps.isRevoked(message.node))
        throw new BaseError("handshake_refused", "The provider revoked this node's key.");
      clearTimeout(silence);
      node = message.node;
      connection.send({ type: "welcome", heartbeatMs: deps.heartbeatMs, notary: deps.notary });
      deps.onAdmitted(node, connection);
      await deps.desk.admit(message);
      return;
    }
    if (message.type === "hello") throw new BaseError("handshake_refused", "This connection said hello already.");
    if (deps.isRevoked(node)) throw new BaseError("handshake_refused", "The provider revoked this node's key.");
    if (message.type === "heartbeat") {
      if (message.counter <= counter) {
        throw new BaseError("handshake_refused", `Heartbeat ${message.counter} after ${counter}: they must grow.`);
      }
      counter = message.counter;
    }
    const answer = await deps.desk.take(node, message);
    if (answer !== undefined) connection.send(answer);
  };

  const receive = async (data: string): Promise<void> => {
    if (socket.readyState !== socket.OPEN) return;
    try {
      await take(parseFrame(data));
    } catch (error) {
      if (error instanceof BaseError && !error.retryable) return connection.refuse(error);
      deps.log.error({ node, error: String(error) }, "a node's message failed");
      connection.refuse(new BaseError("internal", "The scheduler could not handle this message; connect again."));
    }
  };

  const silence = setTimeout(() => connection.refuse(new BaseError("handshake_refused", "No hello came.")), HELLO_MS);
  socket.on("message", (data, isBinary) => {
    waiting += 1;
    if (isBinary || waiting > MAX_WAITING) {
      const message = isBinary ? "Frames must be text." : "Too many messages at once.";
      return connection.refuse(new BaseError(isBinary ? "invalid_request" : "too_many_requests", message));
    }
    const text = data.toString();
    turn = turn
      .then(() => receive(text))
      .finally(() => {
        waiting -= 1;
      });
  });
  socket.on("close", () => clearTimeout(silence));
  // ws closes the connection itself, with the reason (1009: frame too big).
  socket.on("error", (error) => deps.log.warn({ node, error: error.message }, "a node's connection broke"));
  connection.send({ type: "challenge", nonce, chainId: deps.place.chainId, market: deps.place.market });
  return connection;
}

function parseFrame(text: string): NodeMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BaseError("invalid_request", "The frame is not JSON.");
  }
  const parsed = nodeMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BaseError("invalid_request", z.prettifyError(parsed.error).slice(0, 500));
}
