import { randomUUID } from "node:crypto";
import type { WebhookView } from "@gristmill/shared/api/webhook";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Log } from "./ports.ts";
import type { TaskHandlers } from "./tasks/queueTasks.ts";

const MOST_OF_OWNER = 20;
const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 3600;
/** Then an event is given up. */
const KEPT_SECONDS = 3 * 86_400;
/** Longer than one attempt takes: until then nobody else tries. */
const BUSY_SECONDS = 30;

export interface NewWebhook {
  id: string;
  /** "wallet:<address>" or "job:<id>". */
  owner: string;
  jobId: JobId | null;
  url: string;
}

export interface WebhookDelivery {
  id: string;
  webhookId: string;
  url: string;
  eventId: string;
  body: string;
  /** This one included. */
  attempts: number;
  ageSeconds: number;
}

export interface WebhookStore {
  /** False: the owner has the most already. */
  keep(webhook: NewWebhook, most: number): Promise<boolean>;
  ofOwners(owners: readonly string[]): Promise<WebhookView[]>;
  remove(id: string, owners: readonly string[]): Promise<boolean>;
  /** A delivery that is due, for whoever asks first; nobody else gets it for so long. */
  take(deliveryId: string, busySeconds: number): Promise<WebhookDelivery | undefined>;
  delivered(deliveryId: string): Promise<void>;
  failed(deliveryId: string, reason: string, againSeconds: number): Promise<void>;
  gaveUp(deliveryId: string, reason: string): Promise<void>;
  /** Deliveries that nobody tried for so long after their time: a queue lost them. */
  overdue(seconds: number): Promise<string[]>;
}

export interface WebhooksDeps {
  store: WebhookStore;
  /** @throws BaseError `invalid_request` when the URL leads where no webhook may */
  check(url: string): Promise<unknown>;
  /** Sends one signed request. @returns its status. @throws as `check`, and when there is no answer */
  send(delivery: WebhookDelivery): Promise<number>;
  secretOf(webhookId: string): string;
  onOutcome?: (outcome: "delivered" | "failed" | "given_up") => void;
  log: Log;
}

export type Webhooks = ReturnType<typeof createWebhooks>;

/** Buyers' webhooks: registered, told at least once of every event of their jobs, tried again with growing pauses. */
export function createWebhooks({ store, check, send, secretOf, onOutcome, log }: WebhooksDeps) {
  const deliver: TaskHandlers["deliverWebhook"] = async ({ deliveryId }) => {
    const delivery = await store.take(deliveryId, BUSY_SECONDS);
    // Confirmed, given up, or another's just now.
    if (delivery === undefined) return undefined;
    const reason = await send(delivery).then(
      (status) => (status >= 200 && status < 300 ? undefined : `answered ${status}`),
      (error: unknown) => (error instanceof BaseError ? error.message : "gave no answer"),
    );
    if (reason === undefined) {
      await store.delivered(delivery.id);
      onOutcome?.("delivered");
      return undefined;
    }
    const { webhookId, eventId, attempts } = delivery;
    log.info({ webhookId, eventId, attempts, reason }, "a webhook did not take an event");
    if (delivery.ageSeconds > KEPT_SECONDS) {
      await store.gaveUp(delivery.id, reason);
      onOutcome?.("given_up");
      return undefined;
    }
    const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** Math.min(attempts - 1, 20), LONGEST_RETRY_SECONDS);
    await store.failed(delivery.id, reason, seconds);
    onOutcome?.("failed");
    return { againInMs: seconds * 1000 };
  };

  return {
    deliver,
    overdue: () => store.overdue(BUSY_SECONDS),
    async register(owner: string, jobId: JobId | null, url: string) {
      await check(url);
      const id = randomUUID();
      if (!(await store.keep({ id, owner, jobId, url }, MOST_OF_OWNER))) {
        throw new BaseError("invalid_request", `there are ${MOST_OF_OWNER} webhooks already: delete one first`);
      }
      return { id, secret: secretOf(id) };
    },
    ofOwners: store.ofOwners,
    remove: store.remove,
  };
}
