import type { JobId } from "@gristmill/shared/ids/ids";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Address } from "viem";
import type { HttpDeps } from "../httpDeps.ts";
import { sessionCookie } from "./sessionCookie.ts";

/** Opens a session; in a browser its token goes into a cookie, and no script sees it. */
export async function openSession(
  owner: { address: Address | null; jobs: readonly JobId[] },
  use: "bearer" | "cookie",
  reply: FastifyReply,
  { sessions, market }: HttpDeps,
) {
  const { token, session } = await sessions.open(owner);
  if (use === "cookie") {
    const secure = market.schedulerUrl.startsWith("https:");
    reply.header("set-cookie", sessionCookie(token, session.expiresAt - sessions.now(), secure));
  }
  reply.header("cache-control", "no-store");
  return { token: use === "cookie" ? null : token, session };
}

/** Lets the client that paid for a job watch it, without a signature more. Null in a browser: its cookie does it. */
export async function grantJob(jobId: JobId, request: FastifyRequest, reply: FastifyReply, deps: HttpDeps) {
  const { principal, headers } = request;
  const isBrowser = headers.origin !== undefined && deps.allowedOrigins.includes(headers.origin);
  if (isBrowser && principal.kind === "session" && principal.via === "cookie") {
    await deps.sessions.addJob(principal.tokenHash, jobId);
    return null;
  }
  const opened = await openSession({ address: null, jobs: [jobId] }, isBrowser ? "cookie" : "bearer", reply, deps);
  return opened.token === null ? null : { token: opened.token, expiresAt: opened.session.expiresAt };
}
