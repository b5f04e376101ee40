import { type RequestOptions, request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import type { WebhookTarget } from "./webhookTarget.ts";

/**
 * Sends a webhook's request to the addresses that were checked, to the first that takes the connection. Redirects are not followed, and nothing of the answer is read but
 * its status.
 *
 * @returns the status
 * @throws Error when there was no answer in time
 */
export function postWebhook(
  { url, addresses }: WebhookTarget,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      // A connection of its own: a kept one might lead where the host once pointed.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      // The name stays for TLS and the Host header; where to connect is settled.
      lookup: (_host, { all }, callback) => {
        if (all) callback(null, [...addresses]);
        else callback(null, addresses[0].address, addresses[0].family);
      },
    };
    const send = url.protocol === "https:" ? requestSecurely : requestPlainly;
    const request = send(url, options, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
    request.end(body);
  });
}
