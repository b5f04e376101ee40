import { lookup } from "node:dns/promises";
import { keccak256, toBytes } from "viem";
import { postWebhook } from "../adapters/webhook/postWebhook.ts";
import { signWebhook, webhookSecrets } from "../adapters/webhook/signWebhook.ts";
import { webhookTarget } from "../adapters/webhook/webhookTarget.ts";
import { createWebhooks } from "../application/webhooks.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

const ANSWER_MS = 10_000;

export type OpenedWebhooks = Awaited<ReturnType<typeof openWebhooks>>;

/** Buyers' webhooks. */
export async function openWebhooks({ config, account, nowMs, metrics, log }: Settings, stores: Stores) {
  // Signatures of a key over one text are always the same, and this text is signed nowhere else.
  const master = toBytes(keccak256(await account.signMessage({ message: "Gristmill: secrets of webhooks" })));
  const secretOf = webhookSecrets(master);
  const check = (url: string) =>
    webhookTarget(url, {
      resolve: (host) => lookup(host, { all: true, verbatim: true }),
      allowed: new Set(config.webhookAllowPrivate),
    });
  return createWebhooks({
    store: stores.webhooks,
    check,
    async send({ webhookId, url, eventId, body }) {
      const target = await check(url);
      const headers = signWebhook(secretOf(webhookId), eventId, Math.floor(nowMs() / 1000), body);
      return postWebhook(target, body, headers, ANSWER_MS);
    },
    secretOf,
    onOutcome: metrics.webhook,
    log,
  });
}
