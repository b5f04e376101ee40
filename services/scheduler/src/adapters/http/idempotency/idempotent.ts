import { createHash } from "node:crypto";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { toWire } from "@gristmill/shared/units/toWire";
import type { FastifyRequest } from "fastify";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import type { NamedRequest } from "./idempotencyStore.ts";

/** Long enough that nobody meets another's by chance: a UUID has 36. */
const KEY = /^[\x21-\x7e]{16,128}$/;
const LOOK_AGAIN_MS = 100;
const WAIT_MS = 30_000;

/**
 * Lets clients repeat a request without having it carried out twice: `Idempotency-Key` on routes that say `idempotency`. An invalid
 * request takes no key, and a failed one gives it back.
 */
export function idempotent(app: App, { idempotency }: Pick<HttpDeps, "idempotency">): void {
  app.decorateRequest("named");
  app.addHook("preHandler", async (request, reply) => {
    const key = request.headers["idempotency-key"];
    if (request.routeOptions.config.idempotency === undefined || key === undefined) return;
    if (typeof key !== "string" || !KEY.test(key)) throw badKey();
    const named = { scope: scopeOf(request), key, requestHash: hashOf(request) };
    for (const until = performance.now() + WAIT_MS; ; ) {
      const begun = await idempotency.begin(named);
      if (begun.outcome === "go") {
        request.named = { ...named, turn: begun.turn };
        return;
      }
      if (begun.outcome === "answered") {
        return reply
          .code(begun.status)
          .header("idempotency-replayed", "true")
          .type("application/json; charset=utf-8")
          .serializer((text: string) => text)
          .send(begun.answer);
      }
      if (begun.outcome === "other") {
        throw new BaseError("idempotency_key_reused", "this Idempotency-Key came with another request: take a new one");
      }
      if (performance.now() > until) {
        throw new BaseError("request_in_progress", "the same request is being carried out: ask again in a while");
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  });
  // Before anything is sent: who got the answer once gets it again.
  app.addHook("onSend", async ({ named, routeOptions }, { statusCode }, payload) => {
    if (named === undefined) return;
    const isDone = statusCode >= 200 && statusCode < 300;
    const keepsAnswer = routeOptions.config.idempotency === "answer" && typeof payload === "string";
    if (isDone && keepsAnswer) await idempotency.answer(named, named.turn, statusCode, payload);
    // An order that waits for its payment, or for the chain, goes on under the same key.
    else if (isDone || statusCode === 402 || statusCode === 503) await idempotency.release(named, named.turn);
    else await idempotency.forget(named, named.turn);
  });
}

function scopeOf({ method, routeOptions, principal }: FastifyRequest): string {
  const who = principal.kind === "anyone" ? "anyone" : (principal.address ?? principal.tokenHash);
  return `${method} ${routeOptions.url} ${who}`;
}

/** Of what was understood, so that spaces and the order of fields make no other request. */
function hashOf({ url, body }: FastifyRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([url, toWire(body)]))
    .digest("hex");
}

function badKey(): BaseError {
  const message = "must be 16 to 128 visible ASCII characters, such as a UUID";
  const errors = [{ field: "Idempotency-Key", message }];
  return new BaseError("invalid_request", `Idempotency-Key ${message}`, { details: { errors } });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** `answer`: a repeated request gets the kept answer. `one`: it is carried out again, which does the same, but never twice at once. */
    idempotency?: "answer" | "one";
  }
  interface FastifyRequest {
    named?: NamedRequest & { turn: string };
  }
}
