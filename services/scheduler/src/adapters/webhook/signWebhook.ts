import { createHmac } from "node:crypto";

/** Derives each webhook's secret from one of the scheduler's: none is kept in the database. */
export const webhookSecrets = (master: Uint8Array) => (webhookId: string) =>
  `whsec_${createHmac("sha256", master).update(webhookId).digest("base64")}`;

/** Headers of Standard Webhooks 1.0: an HMAC over id, time and body. @param now unix seconds */
export function signWebhook(secret: string, eventId: string, now: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${eventId}.${now}.${body}`).digest("base64");
  return { "webhook-id": eventId, "webhook-timestamp": String(now), "webhook-signature": `v1,${signature}` };
}
