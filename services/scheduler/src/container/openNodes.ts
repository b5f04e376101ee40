import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { newSessionKeyPair } from "@gristmill/shared/heartbeat/nodeSession";
import { createNodeServer } from "../adapters/ws/nodeServer.ts";
import { createFleet, type Fleet } from "../application/fleet.ts";
import { createLiveBook } from "../application/liveBook.ts";
import { createNodeDesk } from "../application/nodeDesk.ts";
import { createNotary } from "../application/notary.ts";
import { MISSED_BEATS } from "../config.ts";
import type { OpenedIndex } from "./openIndex.ts";
import type { Sharing } from "./openSharing.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

export type OpenedNodes = Awaited<ReturnType<typeof openNodes>>;

/** Everything about nodes: their connections, whether they live, and the notary of their ticks. */
export async function openNodes(
  { config, market, account, publicUrl, nowMs, metrics, log }: Settings,
  { nodes: nodeStore, orders, leaseNotes, checkpoints, ticks, logs }: Stores,
  { locks, signals }: Sharing,
  { index, indexer, actions, clock }: OpenedIndex,
) {
  const { chainId, contracts } = market;
  const rule = { heartbeatMs: config.heartbeatMs, missedBeats: MISSED_BEATS, graceMs: config.lostGraceMs };
  const known = await createFleet(nodeStore, { ...rule, reconnectMs: config.reconnectMs }, nowMs);
  const fleet: Fleet = {
    ...known,
    beat(node, draining) {
      metrics.beat();
      known.beat(node, draining);
    },
  };
  const live = createLiveBook();
  const notary = createNotary({
    chainId,
    market: contracts.market,
    ticks,
    leaseNotes,
    actions,
    locks,
    nowMs,
    chainNow: clock.now,
  });
  const desk = createNodeDesk({
    index,
    fleet,
    orders,
    leaseNotes,
    checkpoints,
    logs,
    notary,
    live,
    signals,
    artifactsUrl: `${publicUrl}/v1/artifacts`,
    send: (node, message) => server.send(node, message),
    nowMs,
  });
  const keys = newSessionKeyPair();
  const server = createNodeServer({
    desk,
    place: { chainId, market: contracts.market, registry: contracts.registry, scheduler: account.address },
    keys,
    keySignature: await account.signTypedData({
      domain: marketDomain(chainId, contracts.market),
      types: { Challenge: marketTypes.Challenge },
      primaryType: "Challenge",
      message: { scheduler: account.address, schedulerKey: keys.publicKey },
    }),
    notary: market.notary,
    beatEveryMs: fleet.beatEveryMs,
    nowMs,
    onLeft: fleet.left,
    isRevoked: (node) => indexer.state().nodes.get(node)?.revoked ?? false,
    log,
  });
  return { fleet, live, notary, desk, server };
}
