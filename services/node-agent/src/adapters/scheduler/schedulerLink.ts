import { BaseError } from "@gristmill/shared/errors/baseError";
import type { NodeMessage, SchedulerMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import { nodeMessageSchema, protocolVersion, schedulerMessageSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { type NodeSession, newSessionKeyPair, nodeSession } from "@gristmill/shared/heartbeat/nodeSession";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { Hex } from "viem";
import { WebSocket } from "ws";
import type { Hint, Reporter, SchedulerLink, TickAnswer } from "../../application/ports.ts";

const MAX_FRAME_BYTES = 1_048_576;
const MAX_BUFFERED_BYTES = 1_048_576;
const MAX_KEPT = 500;
const FIRST_RETRY_MS = 500;
const INVENTORY_MS = 60_000;
const LONGEST_RETRY_MS = 15_000;
/** Beats come a little early by chance, so that nodes which connected together do not beat together. */
const BEAT_JITTER = 0.1;

export interface SchedulerLinkOptions {
  schedulerUrl: string;
  manifest: Manifest;
  /** The pairing that says hello: renewed for each connection. */
  pairing: () => Promise<{ provider: string; deadline: number; signature: Hex }>;
  /** Signs EIP-712 `Handshake` for this connection. */
  signHandshake: (handshake: { scheduler: Hex; schedulerKey: Hex; nodeKey: Hex; nonce: Hex }) => Promise<Hex>;
  /** Whether the market's scheduler signed EIP-712 `Challenge` over this key. */
  isSchedulerKey: (schedulerKey: Hex, signature: Hex) => Promise<boolean>;
  chainId: number;
  market: string;
  scheduler: string;
  leases: () => LeaseId[];
  draining: () => boolean;
  /** What changes without a new manifest, said after the welcome and then from time to time. */
  inventory: () => Omit<Extract<NodeMessage, { type: "inventory" }>, "type">;
  onLease: (hint: Hint) => void;
  onStop: (leaseId: LeaseId, reason: string) => void;
  report: Reporter;
  /** 0 to 1; spreads reconnects so that a restarted scheduler is not met by all nodes at once. */
  random?: () => number;
}

type TickKey = `${string}:${number}:${number}`;

/** A connection to the scheduler that comes back by itself. Phases and receipts sent while it is away are kept and sent. */
export function schedulerLink(options: SchedulerLinkOptions): SchedulerLink & {
  readonly isWelcome: boolean;
  close(): void;
} {
  const { report, random = Math.random } = options;
  const waiting = new Map<TickKey, (answer: TickAnswer) => void>();
  const kept: NodeMessage[] = [];
  let socket: WebSocket | undefined;
  let welcome = false;
  let closed = false;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let session: NodeSession | undefined;
  let beat: NodeJS.Timeout | undefined;
  let inventoryTimer: NodeJS.Timeout | undefined;
  let beatEveryMs = 1000;
  let announced = "";

  const write = (message: NodeMessage): boolean => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    // What is sent is held to the same schema as what is received: a mistake shows here, not there.
    nodeMessageSchema.parse(message);
    const text = JSON.stringify(message);
    socket.send(session === undefined ? text : session.seal(text));
    return true;
  };
  const keep = (message: NodeMessage) => {
    if (welcome && write(message)) return;
    kept.push(message);
    if (kept.length > MAX_KEPT) kept.shift();
  };
  const say = (key: string, tell: () => void) => {
    if (announced !== key) tell();
    announced = key;
  };

  const sendBeat = () => {
    write({ type: "heartbeat", leases: options.leases(), draining: options.draining() });
    clearTimeout(beat);
    beat = setTimeout(sendBeat, beatEveryMs * (1 - BEAT_JITTER * random()));
  };

  const receive = async (message: SchedulerMessage, ws: WebSocket) => {
    switch (message.type) {
      case "challenge": {
        const { chainId, market, scheduler, schedulerKey, nonce, signature } = message;
        const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
        // A signature for another chain or contract could be used there.
        const right = chainId === options.chainId && same(market, options.market) && same(scheduler, options.scheduler);
        // Somebody between could put their own key here, and speak for both sides.
        if (!right || !(await options.isSchedulerKey(schedulerKey, signature))) {
          say("wrong", () => report.warn("scheduler", "it serves another market; check MARKET_FILE or MARKET_URL"));
          ws.close();
          return;
        }
        const keys = newSessionKeyPair();
        const [node, nodeKey] = [options.manifest.node, keys.publicKey];
        write({
          ...{ type: "hello", version: protocolVersion, node, nodeKey, manifest: options.manifest },
          signature: await options.signHandshake({ scheduler, schedulerKey, nodeKey, nonce }),
          pairing: (await options.pairing()) as Extract<NodeMessage, { type: "hello" }>["pairing"],
        });
        session = nodeSession("node", keys, { publicKey: schedulerKey, nonce });
        return;
      }
      case "welcome": {
        welcome = true;
        retryMs = FIRST_RETRY_MS;
        say("connected", () => report.step("scheduler", `connected to ${options.schedulerUrl}`));
        const sendInventory = () => write({ type: "inventory", ...options.inventory() });
        sendInventory();
        clearInterval(inventoryTimer);
        inventoryTimer = setInterval(sendInventory, INVENTORY_MS);
        beatEveryMs = message.heartbeatMs;
        sendBeat();
        for (const late of kept.splice(0)) keep(late);
        return;
      }
      case "pace":
        beatEveryMs = message.heartbeatMs;
        return;
      case "refused":
        say(`refused:${message.code}`, () => report.warn("scheduler", `refused this node: ${message.message}`));
        ws.close();
        return;
      case "lease": {
        const { type: _type, ...hint } = message;
        options.onLease(hint);
        return;
      }
      case "countersigned":
        waiting.get(`${message.leaseId}:${message.sequence}:${message.to}`)?.({
          kind: "countersigned",
          signature: message.signature,
        });
        return;
      case "tick_refused": {
        const { code, message: text } = message;
        waiting.get(`${message.leaseId}:${message.sequence}:${message.to}`)?.({ kind: "refused", code, message: text });
        return;
      }
      case "stop":
        options.onStop(message.leaseId, message.reason);
        return;
    }
  };

  const connect = () => {
    if (closed) return;
    const url = new URL("/v1/nodes/connect", options.schedulerUrl);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const ws = new WebSocket(url, { maxPayload: MAX_FRAME_BYTES, handshakeTimeout: 10_000, perMessageDeflate: false });
    socket = ws;
    // Frames are answered in order: a hello must not overtake what came before it.
    let turn: Promise<void> = Promise.resolve();
    session = undefined;
    ws.on("message", (data: Buffer, isBinary) => {
      turn = turn.then(async () => {
        try {
          const text = isBinary ? session?.open(data) : data;
          // After the hello only frames with a MAC count; before it only a refusal or the challenge can come.
          if (text === undefined || (!isBinary && session !== undefined)) {
            if (session !== undefined) ws.terminate();
            return;
          }
          await receive(schedulerMessageSchema.parse(JSON.parse(text.toString())), ws);
        } catch (error) {
          if (error instanceof BaseError && error.code === "handshake_refused") ws.terminate();
          report.warn(
            "scheduler",
            `sent something that is no message: ${error instanceof Error ? error.message.slice(0, 200) : ""}`,
          );
        }
      });
    });
    // "close" follows each error; an unheard one would end the process.
    ws.on("error", () => undefined);
    ws.on("close", () => {
      if (socket === ws) socket = undefined;
      welcome = false;
      session = undefined;
      clearTimeout(beat);
      clearInterval(inventoryTimer);
      for (const answer of waiting.values()) answer({ kind: "unreachable" });
      if (closed) return;
      if (!announced.startsWith("refused") && announced !== "wrong") {
        say("away", () => report.warn("scheduler", `not reachable at ${options.schedulerUrl}; trying again`));
      }
      retryTimer = setTimeout(connect, retryMs * (0.5 + random() / 2));
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    });
  };
  connect();

  return {
    get isWelcome() {
      return welcome;
    },
    phase: (message) => keep({ type: "phase", ...message }),
    receipt: (message) => keep({ type: "receipt", ...message }),
    checkpoint: (message) => keep({ type: "checkpoint", ...message }),
    log: async (message) => {
      if (!welcome || socket === undefined || socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
      return write({ type: "log", ...message });
    },
    tick: (leaseId, tick, waitMs) =>
      new Promise((resolve) => {
        const { sequence, from, to } = tick;
        const key: TickKey = `${leaseId}:${sequence}:${to}`;
        const timer = setTimeout(() => finish({ kind: "unreachable" }), waitMs);
        const finish = (answer: TickAnswer) => {
          clearTimeout(timer);
          waiting.delete(key);
          resolve(answer);
        };
        waiting.set(key, finish);
        const [sample, head] = [tick.sample.toString(), tick.head.toString()];
        if (!welcome || !write({ type: "tick", leaseId, sequence, from, to, sample, head }))
          finish({ kind: "unreachable" });
      }),
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(beat);
      clearInterval(inventoryTimer);
      socket?.close();
    },
  };
}
