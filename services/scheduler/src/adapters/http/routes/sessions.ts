import { openedSessionSchema, sessionSchema, signInNonceSchema, signInSchema } from "@gristmill/shared/api/session";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { z } from "zod";
import { checkSignIn } from "../access/checkSignIn.ts";
import { openSession } from "../access/openSession.ts";
import type { Principal } from "../access/principal.ts";
import { sessionCookie } from "../access/sessionCookie.ts";
import type { App } from "../app.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";

export function sessionRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { market, sessions, verifySignIn, allowedOrigins } = deps;
  const domains = [...allowedOrigins, market.schedulerUrl].map((url) => new URL(url).host);
  const secure = market.schedulerUrl.startsWith("https:");
  const costly = { rateLimit: { max: limits.costlyRequestsPerMinute } };

  app.post(
    "/v1/sessions/nonce",
    {
      config: { access: "anyone", ...costly },
      schema: {
        tags: ["sessions"],
        summary: "A nonce to sign in with",
        description: "For one Sign-In with Ethereum message (EIP-4361), within ten minutes.",
        body: z.strictObject({}).nullish(),
        response: answers(200, "The nonce and what else the message must name", signInNonceSchema),
      },
    },
    async (_request, reply) => {
      reply.header("cache-control", "no-store");
      return { ...(await sessions.newNonce()), chainId: market.chainId, domains, now: sessions.now() };
    },
  );
  app.post(
    "/v1/sessions",
    {
      config: { access: "anyone", ...costly },
      schema: {
        tags: ["sessions"],
        summary: "Sign in with a wallet",
        description:
          "An EIP-4361 message for one of the nonce's `domains` and its `chainId`, signed by the wallet (contract wallets by EIP-1271). `use: cookie` puts the session into an HttpOnly cookie, for the dApp; else send `Authorization: Bearer <token>`. It lasts seven days.",
        body: signInSchema,
        response: answers(201, "The session", openedSessionSchema, 401, 422),
      },
    },
    async ({ body, headers }, reply) => {
      const address = await checkSignIn(body, headers.origin, {
        domains,
        chainId: market.chainId,
        now: sessions.now(),
        takeNonce: sessions.takeNonce,
        verify: verifySignIn,
      });
      const { token, session } = await openSession({ address, jobs: [] }, body.use, reply, deps);
      return reply.code(201).send({ ...viewOf(session), token });
    },
  );
  app.get(
    "/v1/session",
    {
      config: { access: "anyone" },
      schema: {
        tags: ["sessions"],
        summary: "Who am I here?",
        response: answers(200, "The session of this request; null: nobody's", sessionSchema.nullable(), 401),
      },
    },
    ({ principal }, reply) => {
      reply.header("cache-control", "no-store");
      return principal.kind === "session" ? viewOf(principal) : null;
    },
  );
  app.delete(
    "/v1/session",
    {
      config: { access: "session" },
      schema: {
        tags: ["sessions"],
        summary: "Sign out",
        querystring: z.strictObject({ all: z.enum(["true", "false"]).optional() }),
        description: "`?all=true` ends every session of the wallet, on every computer.",
        response: answers(200, "It is over", z.object({ signedOut: z.literal(true) }), 401),
      },
    },
    async ({ principal, query: { all } }, reply) => {
      const { tokenHash, address } = sessionOf(principal);
      await sessions.close(tokenHash);
      if (all === "true" && address !== null) await sessions.closeAllOf(address);
      reply.header("set-cookie", sessionCookie("", 0, secure));
      return { signedOut: true } as const;
    },
  );
}

function sessionOf(principal: Principal) {
  if (principal.kind === "session") return principal;
  throw new BaseError("sign_in_required", "nobody is signed in");
}

function viewOf({ address, jobs, expiresAt }: Omit<ReturnType<typeof sessionOf>, "kind" | "via">) {
  return { address, jobs: [...jobs], expiresAt };
}
