import { BaseError } from "@gristmill/shared/errors/baseError";
import { jobIdSchema } from "@gristmill/shared/ids/ids";
import type { FastifyRequest } from "fastify";
import { isAddressEqual } from "viem";
import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpDeps } from "../httpDeps.ts";
import type { Principal } from "./principal.ts";
import { readSessionCookie } from "./sessionCookie.ts";

/** Finds out who asks, and refuses what a route does not allow. A route that says nothing is not registered at all. */
export function guard(app: App, deps: HttpDeps): void {
  const secure = deps.market.schedulerUrl.startsWith("https:");
  app.decorateRequest("principal");
  app.addHook("onRoute", (route) => {
    const { method, url, config, schema = {} } = route;
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} does not say who may use it`);
    // A field that nobody reads is refused, also where no field is read at all.
    if (url.startsWith("/v1/")) route.schema = { querystring: z.strictObject({}), ...schema };
    deps.onRoute?.(route);
  });
  app.addHook("onRequest", async (request) => {
    request.principal = await principalOf(request, deps, secure);
    const { access } = request.routeOptions.config;
    if (access === "anyone" || request.principal.kind === "session") return;
    throw new BaseError(
      "sign_in_required",
      "this is private: sign in with the buyer's wallet, or send the token that the paid order was answered with",
    );
  });
  app.addHook("preHandler", async ({ routeOptions, principal, params }) => {
    if (routeOptions.config.access !== "job") return;
    const jobId = jobIdSchema.parse((params as { jobId: string }).jobId);
    if (ownsJob(principal, jobId, deps)) return;
    if (deps.reads.buyerOf(jobId) === undefined) throw new BaseError("not_found", `there is no funded job ${jobId}`);
    throw new BaseError("not_allowed", `job ${jobId} belongs to another buyer; its status and money are public`);
  });
}

/** Whether what is private of a job may be shown. */
export function ownsJob(principal: Principal, jobId: string, { reads }: Pick<HttpDeps, "reads">): boolean {
  if (principal.kind === "anyone") return false;
  const job = jobIdSchema.parse(jobId);
  if (principal.jobs.includes(job)) return true;
  const buyer = reads.buyerOf(job);
  return buyer !== undefined && principal.address !== null && isAddressEqual(buyer, principal.address);
}

async function principalOf(request: FastifyRequest, deps: HttpDeps, secure: boolean): Promise<Principal> {
  const { authorization, cookie, origin } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1];
    const session = token === undefined ? undefined : await deps.sessions.find(token);
    if (session) return { kind: "session", via: "bearer", ...session };
    // A client that believes it is signed in learns that it is not.
    throw new BaseError("sign_in_required", "the bearer token is unknown, revoked or too old: sign in again");
  }
  const token = readSessionCookie(cookie, secure);
  if (token === undefined) return { kind: "anyone" };
  // Browsers send cookies whoever asks: what changes something must come from a page of the dApp itself.
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (origin === undefined ? !isRead : !deps.allowedOrigins.includes(origin)) return { kind: "anyone" };
  const session = await deps.sessions.find(token);
  return session ? { kind: "session", via: "cookie", ...session } : { kind: "anyone" };
}
