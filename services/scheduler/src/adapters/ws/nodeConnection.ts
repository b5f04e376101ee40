import { randomBytes } from "node:crypto";
import { BaseError } from "@gristmill/shared/errors/baseError";
import {
  type NodeMessage,
  nodeMessageSchema,
  protocolVersion,
  type SchedulerMessage,
} from "@gristmill/shared/heartbeat/nodeMessages";
import { type NodeSession, nodeSession, type SessionKeyPair } from "@gristmill/shared/heartbeat/nodeSession";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, bytesToHex, type Hex } from "viem";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { NodeDesk } from "../../application/nodeDesk.ts";
import type { Log } from "../../application/ports.ts";
import { createAllowance } from "./allowance.ts";
import { type HandshakePlace, verifyHello } from "./verifyHello.ts";

/** Time for the hello; a connection that says nothing is closed. */
const HELLO_MS = 15_000;
/** A hello carries a manifest, and comes from anybody. */
const MAX_HELLO_BYTES = 128 * 1024;
/** Messages that may wait for their turn; a node that sends faster is cut off. */
const MAX_WAITING = 500;
/** What a node may send: the log of a whole lease at once, and no flood after it. */
const BYTES = { burst: 12 * 1024 * 1024, perSecond: 512 * 1024 };
const FRAMES = { burst: 2000, perSecond: 100 };
/** Bytes that may wait for a node that reads slowly; then it is cut off, for they are this process's memory. */
const MAX_UNREAD_BYTES = 2 * 1024 * 1024;
/** How far the pace that a node was told may be from the right one before it is told anew. */
const PACE_TOLERANCE = 1.2;

type Beat = Extract<NodeMessage, { type: "heartbeat" }>;

export interface NodeConnectionDeps {
  desk: NodeDesk;
  place: HandshakePlace;
  /** This process's key, with the scheduler's signature over it. */
  keys: SessionKeyPair;
  keySignature: Hex;
  notary: Address;
  beatEveryMs(): number;
  /** The key was proven; `close` ends this connection for a newer one. */
  onAdmitted(node: Address, connection: NodeConnection): void;
  isRevoked(node: Address): boolean;
  /** A clock that never goes back. */
  nowMs(): number;
  log: Log;
}

export interface NodeConnection {
  send(message: SchedulerMessage): void;
  /** Says why, then closes. */
  refuse(error: BaseError): void;
  /** Ends it without a word: nobody is there to hear one. */
  drop(): void;
}

/** One node's connection: challenge and hello in the open, then authenticated frames one after the other. */
export function serveNode(socket: WebSocket, deps: NodeConnectionDeps): NodeConnection {
  const { place, keys } = deps;
  const nonce = bytesToHex(randomBytes(32));
  const bytesLeft = createAllowance(BYTES, deps.nowMs());
  const framesLeft = createAllowance(FRAMES, deps.nowMs());
  let node: Address | undefined;
  let session: NodeSession | undefined;
  let greeting = false;
  let toldMs = deps.beatEveryMs();
  let lastBeat: { bytes: Buffer; beat: Beat } | undefined;
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();

  const connection: NodeConnection = {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      const text = JSON.stringify(toWire(message));
      socket.send(session === undefined ? text : session.seal(text));
      if (socket.bufferedAmount <= MAX_UNREAD_BYTES) return;
      deps.log.warn({ node }, "a node does not read what it is sent and is cut off");
      socket.terminate();
    },
    refuse(error) {
      connection.send({ type: "refused", code: error.code, message: error.message });
      socket.close(1008, error.code);
    },
    drop: () => socket.terminate(),
  };

  const greet = async (text: string): Promise<void> => {
    const hello = parse(text);
    if (hello.type !== "hello") throw new BaseError("handshake_refused", "The first message must be a hello.");
    await verifyHello(hello, { nonce, schedulerKey: keys.publicKey }, place);
    if (deps.isRevoked(hello.node)) throw revoked();
    session = nodeSession("scheduler", keys, { publicKey: hello.nodeKey, nonce });
    clearTimeout(silence);
    node = hello.node;
    toldMs = deps.beatEveryMs();
    connection.send({ type: "welcome", heartbeatMs: toldMs, notary: deps.notary });
    deps.onAdmitted(node, connection);
    await deps.desk.admit(hello);
  };

  const beat = (from: Address, bytes: Buffer, message: Beat) => {
    // A frame's bytes are a view of what was read with it; a copy keeps no more than itself in memory.
    if (lastBeat?.beat !== message) lastBeat = { bytes: Buffer.from(bytes), beat: message };
    deps.desk.beat(from, message);
    const rightMs = deps.beatEveryMs();
    if (rightMs < toldMs * PACE_TOLERANCE && toldMs < rightMs * PACE_TOLERANCE) return;
    toldMs = rightMs;
    connection.send({ type: "pace", heartbeatMs: rightMs });
  };

  /** Takes an authenticated frame: a beat at once, anything else in its turn. */
  const take = (from: Address, opened: Buffer): void => {
    // Nearly every frame is a beat that says what the one before said.
    const message = lastBeat?.bytes.equals(opened) ? lastBeat.beat : parse(opened.toString());
    if (message.type === "heartbeat") {
      beat(from, opened, message);
      return;
    }
    if (message.type === "hello") throw new BaseError("handshake_refused", "This connection said hello already.");
    inTurn(async () => {
      const answer = await deps.desk.take(from, message);
      if (answer !== undefined) connection.send(answer);
    });
  };

  const fail = (error: unknown): void => {
    const told = error instanceof BaseError && !error.retryable;
    if (!told) deps.log.error({ node, error: String(error) }, "a node's message failed");
    const text = "The scheduler could not handle this message; connect again.";
    connection.refuse(told ? error : new BaseError("internal", text));
  };

  const inTurn = (work: () => Promise<void>): void => {
    waiting += 1;
    if (waiting > MAX_WAITING) throw new BaseError("handshake_refused", "Too many messages at once.");
    turn = turn
      .then(() => (socket.readyState === socket.OPEN ? work() : undefined))
      .catch(fail)
      .finally(() => {
        waiting -= 1;
      });
  };

  const silence = setTimeout(() => connection.refuse(new BaseError("handshake_refused", "No hello came.")), HELLO_MS);
  socket.on("message", (data: Buffer, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    try {
      const now = deps.nowMs();
      if (!bytesLeft(data.length, now) || !framesLeft(1, now)) {
        throw new BaseError("handshake_refused", "This node sends more than a node may.");
      }
      if (node !== undefined && session !== undefined) {
        if (!isBinary) throw new BaseError("handshake_refused", "Frames after the hello are binary and have a MAC.");
        const opened = session.open(data);
        if (deps.isRevoked(node)) throw revoked();
        take(node, opened);
        return;
      }
      if (isBinary || greeting || data.length > MAX_HELLO_BYTES) {
        throw new BaseError("handshake_refused", "The first message must be a hello, and nothing may follow it yet.");
      }
      greeting = true;
      const text = data.toString();
      inTurn(() => greet(text));
    } catch (error) {
      fail(error);
    }
  });
  socket.on("close", () => clearTimeout(silence));
  // ws closes the connection itself, with the reason (1009: frame too big).
  socket.on("error", (error) => deps.log.warn({ node, error: error.message }, "a node's connection broke"));
  connection.send({
    type: "challenge",
    version: protocolVersion,
    nonce,
    chainId: place.chainId,
    market: place.market,
    scheduler: place.scheduler,
    schedulerKey: keys.publicKey,
    signature: deps.keySignature,
  });
  return connection;
}

function revoked(): BaseError {
  return new BaseError("handshake_refused", "The provider revoked this node's key.");
}

function parse(text: string): NodeMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BaseError("invalid_request", "The message is not JSON.");
  }
  const parsed = nodeMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BaseError("invalid_request", z.prettifyError(parsed.error).slice(0, 500));
}
