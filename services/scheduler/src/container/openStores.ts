import { createChainStore } from "../adapters/db/chainStore.ts";
import { createCheckpointStore } from "../adapters/db/checkpointStore.ts";
import { openDatabase } from "../adapters/db/database.ts";
import { createJobNotes } from "../adapters/db/jobNotes.ts";
import { createLeaseNotes } from "../adapters/db/leaseNotes.ts";
import { createLogStore } from "../adapters/db/logStore.ts";
import { migrate } from "../adapters/db/migrate.ts";
import { createNodeStore } from "../adapters/db/nodeStore.ts";
import { createOrderStore } from "../adapters/db/orderStore.ts";
import { createOutboxStore } from "../adapters/db/outboxStore.ts";
import { createOwnershipStore } from "../adapters/db/ownershipStore.ts";
import { createPlacementStore } from "../adapters/db/placementStore.ts";
import { createSentStore } from "../adapters/db/sentStore.ts";
import { createTickStore } from "../adapters/db/tickStore.ts";
import { createWebhookStore } from "../adapters/db/webhookStore.ts";
import type { OpenedChain } from "./openChain.ts";
import type { Settings } from "./settings.ts";

export type Stores = Awaited<ReturnType<typeof openStores>>;

/** The database and everything kept in it, once it is this market's. @throws BaseError `config_invalid` */
export async function openStores({ config, market, processName }: Settings, { publicClient }: OpenedChain) {
  const { chainId, contracts } = market;
  await migrate(config.databaseUrl);
  const database = openDatabase(config.databaseUrl);
  const chainStore = createChainStore(database);
  // A block tells development chains apart: they number alike and give contracts the same addresses. Not block 0, which anvil
  // does not keep over a restart.
  const { hash: first } = await publicClient.getBlock({ blockNumber: 1n });
  await chainStore.claim(`${chainId}:${contracts.market}:${contracts.escrow}:${first}`.toLowerCase());
  return {
    database,
    chainStore,
    orders: createOrderStore(database),
    jobNotes: createJobNotes(database),
    leaseNotes: createLeaseNotes(database),
    checkpoints: createCheckpointStore(database),
    ticks: createTickStore(database),
    logs: createLogStore(database),
    nodes: createNodeStore(database, processName),
    outbox: createOutboxStore(database),
    ownership: createOwnershipStore(database),
    placements: createPlacementStore(database),
    sent: createSentStore(database),
    webhooks: createWebhookStore(database),
  };
}
