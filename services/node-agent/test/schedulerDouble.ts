import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import {
  type NodeMessage,
  nodeMessageSchema,
  protocolVersion,
  type SchedulerMessage,
} from "@gristmill/shared/heartbeat/nodeMessages";
import { type NodeSession, newSessionKeyPair, nodeSession } from "@gristmill/shared/heartbeat/nodeSession";
import { nextHead, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Hex, isAddressEqual, verifyTypedData } from "viem";
import { type WebSocket, WebSocketServer } from "ws";
import { accounts } from "./testMarket.ts";

type Of<Type extends NodeMessage["type"]> = Extract<NodeMessage, { type: Type }>;

/** Speaks the node protocol with a real notary key, checks each tick's head, keeps artifacts in memory. */
export async function schedulerDouble(options: { chainId: number; marketAddress: () => Hex }) {
  const artifacts = new Map<string, Buffer>();
  const messages: NodeMessage[] = [];
  const heads = new Map<string, { to: number; head: bigint }>();
  const signed = new Map<string, Hex>();
  let socket: WebSocket | undefined;
  let session: NodeSession | undefined;
  let hello: Of<"hello"> | undefined;
  let token = "nobody signed in";
  let signIns = 0;
  const behaviour = { refuseTicks: false, ignoreTicks: false };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const json = { "content-type": "application/json" };
      const { pathname, searchParams } = new URL(request.url ?? "", "http://double");
      if (pathname === "/v1/sessions/nonce") {
        const now = Math.floor(Date.now() / 1000);
        const about = { chainId: options.chainId, domains: [], now, expiresAt: now + 60 };
        return response.writeHead(200, json).end(JSON.stringify({ nonce: "n".repeat(32), ...about }));
      }
      if (pathname === "/v1/sessions") {
        token = `token ${++signIns}`;
        const { message } = JSON.parse(Buffer.concat(parts).toString());
        const address = message.split("\n")[1];
        return response.writeHead(201, json).end(JSON.stringify({ token, address, jobs: [], expiresAt: 1 }));
      }
      if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end();
      if (!searchParams.has("lease")) return response.writeHead(403).end();
      if (request.method === "POST") {
        const bytes = Buffer.concat(parts);
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        artifacts.set(sha256, bytes);
        response.writeHead(201, json).end(JSON.stringify({ sha256, bytes: bytes.length }));
        return;
      }
      const found = artifacts.get(pathname.split("/").at(-1) ?? "");
      if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200).end(found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const send = (message: SchedulerMessage) => {
    const text = JSON.stringify(toWire(message));
    socket?.send(session === undefined ? text : session.seal(text));
  };

  const onTick = async (tick: Of<"tick">) => {
    if (behaviour.ignoreTicks) return;
    const { leaseId, sequence, from, to } = tick;
    const key = `${leaseId}:${sequence}`;
    const refuse = (message: string) =>
      send({ type: "tick_refused", leaseId, sequence, to, code: "tick_refused", message });
    if (behaviour.refuseTicks) return refuse("not today");
    const head = BigInt(tick.head);
    let signature = signed.get(`${key}:${to}:${head}`);
    if (signature === undefined) {
      const last = heads.get(key);
      const payee = accounts.provider.address;
      const market = options.marketAddress();
      const origin = tickOrigin({ chainId: options.chainId, market, leaseId, payee, sequence });
      if (last !== undefined && to <= last.to) return refuse("time runs backwards");
      if (nextHead(last?.head ?? origin, to, BigInt(tick.sample)) !== head) return refuse("the head does not follow");
      heads.set(key, { to, head });
      signature = await accounts.scheduler.signTypedData({
        domain: marketDomain(options.chainId, market),
        ...{ types: marketTypes, primaryType: "Tick" as const, message: { leaseId, sequence, from, to, head } },
      });
      signed.set(`${key}:${to}:${head}`, signature);
    }
    send({ type: "countersigned", leaseId, sequence, to, head: tick.head, signature });
  };

  const sockets = new WebSocketServer({ server, path: "/v1/nodes/connect" });
  sockets.on("connection", async (connection) => {
    socket = connection;
    session = undefined;
    const nonce: Hex = `0x${randomBytes(32).toString("hex")}`;
    const market = options.marketAddress();
    const keys = newSessionKeyPair();
    const scheduler = accounts.scheduler.address;
    const schedulerKey = keys.publicKey;
    const typed = { domain: marketDomain(options.chainId, market), types: marketTypes };
    connection.on("message", async (data: Buffer, isBinary) => {
      const text = isBinary ? session?.open(data) : data;
      const message = nodeMessageSchema.parse(JSON.parse(String(text)));
      if (message.type === "hello") {
        const { node, nodeKey, signature } = message;
        const handshake = { node, scheduler, schedulerKey, nodeKey, nonce };
        const signed = { ...typed, primaryType: "Handshake" as const, message: handshake, signature };
        const valid = await verifyTypedData({ ...signed, address: node });
        if (!valid || !isAddressEqual(message.manifest.node, node)) return connection.close();
        hello = message;
        session = nodeSession("scheduler", keys, { publicKey: nodeKey, nonce });
        send({ type: "welcome", heartbeatMs: 500, notary: scheduler });
        return;
      }
      if (message.type !== "heartbeat") messages.push(message);
      if (message.type === "tick") await onTick(message);
    });
    send({
      ...{
        type: "challenge",
        version: protocolVersion,
        nonce,
        chainId: options.chainId,
        market,
        scheduler,
        schedulerKey,
      },
      signature: await accounts.scheduler.signTypedData({
        ...{ ...typed, primaryType: "Challenge", message: { scheduler, schedulerKey } },
      }),
    });
  });

  return {
    url,
    artifacts,
    messages,
    behaviour,
    send,
    hello: () => hello,
    drop: () => socket?.terminate(),
    /** Ends the node's session, as a scheduler does after a week. */
    endSession: () => {
      token = "over";
    },
    putArtifact(bytes: Buffer): string {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      artifacts.set(sha256, bytes);
      return sha256;
    },
    of: <Type extends NodeMessage["type"]>(type: Type) =>
      messages.filter((message): message is Of<Type> => message.type === type),
    async stop() {
      sockets.close();
      for (const connection of sockets.clients) connection.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
