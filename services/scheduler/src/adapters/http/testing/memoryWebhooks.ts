import type { NewWebhook, WebhookStore } from "../../../application/webhooks.ts";

/** The store of webhooks in memory: what is registered, and nothing ever happens. */
export function memoryWebhooks(): WebhookStore {
  const rows = new Map<string, NewWebhook>();
  return {
    async keep(webhook, most) {
      if ([...rows.values()].filter(({ owner }) => owner === webhook.owner).length >= most) return false;
      rows.set(webhook.id, webhook);
      return true;
    },
    ofOwners: async (owners) =>
      [...rows.values()]
        .filter(({ owner }) => owners.includes(owner))
        .map(({ id, url, jobId }) => ({ id, url, jobId, createdAt: 0, waiting: 0, givenUp: 0, lastError: null })),
    async remove(id, owners) {
      const found = rows.get(id);
      return found !== undefined && owners.includes(found.owner) && rows.delete(id);
    },
    take: async () => undefined,
    delivered: async () => undefined,
    failed: async () => undefined,
    gaveUp: async () => undefined,
    overdue: async () => [],
  };
}
