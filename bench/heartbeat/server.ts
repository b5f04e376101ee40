import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { newSessionKeyPair } from "@gristmill/shared/heartbeat/nodeSession";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { verifyTypedData } from "viem";
import { openDatabase } from "../../services/scheduler/src/adapters/db/database.ts";
import { migrate } from "../../services/scheduler/src/adapters/db/migrate.ts";
import { createNodeStore } from "../../services/scheduler/src/adapters/db/nodeStore.ts";
import { createNodeServer } from "../../services/scheduler/src/adapters/ws/nodeServer.ts";
import { createFleet } from "../../services/scheduler/src/application/fleet.ts";
import type { NodeDesk } from "../../services/scheduler/src/application/nodeDesk.ts";
import type { FromServer, ToServer } from "./messages.ts";
import { beatTypes, place, type SignedBeat, scheduler } from "./place.ts";

// The scheduler's own node server, fleet and Postgres store; only what a lease would need is left out.
const databaseUrl = process.env.DATABASE_URL ?? "";
await migrate(databaseUrl);
const database = openDatabase(databaseUrl);
const nowMs = () => Math.round(performance.timeOrigin + performance.now());
const rule = { heartbeatMs: 1000, missedBeats: 3, graceMs: 1000, reconnectMs: 600_000 };
const fleet = await createFleet(createNodeStore(database, "bench"), rule, nowMs);

let beats = 0;
let posts = 0;
const desk: Pick<NodeDesk, "admit" | "beat"> = {
  admit: ({ node, manifest, pairing }) =>
    fleet.admit({
      ...{ node, manifest, pairing, provider: pairing.provider },
      ...{ manifestHash: manifestHash(manifest), lastSeenMs: nowMs() },
    }),
  beat(node, { draining }) {
    beats += 1;
    fleet.beat(node, draining);
  },
};
const keys = newSessionKeyPair();
const nodes = createNodeServer({
  desk: desk as NodeDesk,
  place,
  keys,
  keySignature: await scheduler.signTypedData({
    domain: marketDomain(place.chainId, place.market),
    types: { Challenge: marketTypes.Challenge },
    primaryType: "Challenge",
    message: { scheduler: scheduler.address, schedulerKey: keys.publicKey },
  }),
  notary: scheduler.address,
  beatEveryMs: fleet.beatEveryMs,
  nowMs,
  onLeft: fleet.left,
  isRevoked: () => false,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
setInterval(() => void fleet.flush(), 500);
setInterval(() => fleet.newlyLost(), 500);

// The baseline: the same beat as a request of its own with a signature of its own.
const counters = new Map<string, number>();
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", async () => {
    const { node, counter, signature } = JSON.parse(Buffer.concat(parts).toString()) as SignedBeat;
    const message = { node, counter: BigInt(counter) };
    const domain = marketDomain(place.chainId, place.market);
    const signed = { address: node, domain, types: beatTypes, primaryType: "Beat" as const, message, signature };
    const valid = counter > (counters.get(node) ?? -1) && (await verifyTypedData(signed));
    counters.set(node, counter);
    if (valid) {
      posts += 1;
      fleet.beat(node, false);
    }
    response.writeHead(valid ? 204 : 403).end();
  });
});
nodes.attach(server);
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));

const say = (message: FromServer) => process.send?.(message);
let from = { beats, posts, cpu: process.cpuUsage(), at: performance.now() };
process.on("message", ({ kind }: ToServer) => {
  if (kind === "start") {
    from = { beats, posts, cpu: process.cpuUsage(), at: performance.now() };
    return;
  }
  const { user, system } = process.cpuUsage(from.cpu);
  const seconds = (performance.now() - from.at) / 1000;
  say({ kind: "counted", beats: beats - from.beats, posts: posts - from.posts, cpuMicros: user + system, seconds });
});
process.on("disconnect", () => process.exit(0));
say({ kind: "listening", port: (server.address() as AddressInfo).port });
