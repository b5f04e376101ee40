import { marketDomain } from "@gristmill/shared/chain/marketTypedData";
import { newSessionKeyPair, nodeSession } from "@gristmill/shared/heartbeat/nodeSession";
import { WebSocket } from "ws";
import { signedHello } from "../../services/scheduler/test/signedHello.ts";
import { manifestOf } from "../../services/scheduler/test/testNode.ts";
import type { FromClients, ToClients } from "./messages.ts";
import { beatTypes, nodeAccount, place, provider, type SignedBeat } from "./place.ts";

const AT_ONCE = 16;
const BEAT = JSON.stringify({ type: "heartbeat", leases: [], draining: false });
const say = (message: FromClients) => process.send?.(message);

/** Connects until it is welcome. */
async function connect(url: string, index: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await admitted(url, index);
    } catch (error) {
      if (attempt > 5) throw error;
      process.stderr.write(`node ${index}: ${String(error)}\n`);
    }
  }
}

/** Says hello, then beats once a second from a moment of its own. */
async function admitted(url: string, index: number): Promise<void> {
  const account = nodeAccount(index);
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/nodes/connect`, { perMessageDeflate: false });
  const next = () =>
    new Promise<Buffer>((resolve, reject) => {
      socket.once("message", (data: Buffer) => resolve(data));
      socket.once("close", () => reject(new Error("closed")));
    });
  socket.on("error", (error) => process.stderr.write(`node ${index}: ${error.message}\n`));
  const challenge = JSON.parse((await next()).toString());
  const keys = newSessionKeyPair();
  const manifest = manifestOf(account.address, `node-${index}`);
  socket.send(
    JSON.stringify(await signedHello({ account, provider, manifest, nodeKey: keys.publicKey, challenge, place })),
  );
  const session = nodeSession("node", keys, { publicKey: challenge.schedulerKey, nonce: challenge.nonce });
  session.open(await next());
  setTimeout(() => {
    socket.send(session.seal(BEAT));
    setInterval(() => socket.send(session.seal(BEAT)), 1000);
  }, Math.random() * 1000);
}

async function post(url: string, index: number, seconds: number): Promise<void> {
  const account = nodeAccount(index);
  const domain = marketDomain(place.chainId, place.market);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
  for (let counter = 0; counter < seconds; counter++) {
    const due = performance.now() + 1000;
    const message = { node: account.address, counter: BigInt(counter) };
    const signature = await account.signTypedData({ domain, types: beatTypes, primaryType: "Beat", message });
    const body: SignedBeat = { node: account.address, counter, signature };
    const response = await fetch(`${url}/beat`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`a signed beat was answered with ${response.status}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
}

process.on("message", async (message: ToClients) => {
  const { kind, url, from, count } = message;
  if (kind === "post") {
    for (let index = from; index < from + count; index++) void post(url, index, message.seconds);
    return;
  }
  let next = from;
  const worker = async () => {
    while (next < from + count) await connect(url, next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say({ kind: "connected" });
});
process.on("disconnect", () => process.exit(0));
