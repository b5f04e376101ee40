import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { toWire } from "@gristmill/shared/units/toWire";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { guard } from "./access/guard.ts";
import { endIdle } from "./endIdle.ts";
import { defaultLimits, type HttpDeps } from "./httpDeps.ts";
import { idempotent } from "./idempotency/idempotent.ts";
import { observe } from "./observe.ts";
import { openapi } from "./openapi/openapi.ts";
import { toProblem } from "./problem/toProblem.ts";
import { artifactRoutes } from "./routes/artifacts.ts";
import { assetRoutes } from "./routes/assets.ts";
import { eventRoutes } from "./routes/events.ts";
import { facilitatorRoutes } from "./routes/facilitator.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { marketRoutes } from "./routes/market.ts";
import { operationRoutes } from "./routes/operations.ts";
import { orderRoutes } from "./routes/orders.ts";
import { providerRoutes } from "./routes/providers.ts";
import { quoteRoutes } from "./routes/quotes.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

const MAX_JSON_BYTES = 1024 * 1024;
/** Between two looks for connections that are too slow, at most. */
const SLOW_CHECK_MS = 1_000;

/** The scheduler's HTTP surface, apart from `listen()`. Nodes' WebSocket joins at `app.server`. */
export async function buildHttp(deps: HttpDeps): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...deps.limits };
  const app = Fastify({
    ...(deps.logger && { loggerInstance: deps.logger }),
    bodyLimit: MAX_JSON_BYTES,
    // A slow client may not hold a connection for ever; answers, such as event streams, may.
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: Math.min(SLOW_CHECK_MS, limits.headersMs / 2),
    },
    // Requests under way are answered when the service stops; whoever stops it decides how long.
    forceCloseConnections: "idle",
    ...(deps.trustedProxies?.length && { trustProxy: [...deps.trustedProxies] }),
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 128 },
    // Addresses that the router itself refuses never reach the error handler below.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const problem = toProblem(error, request.id);
      reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // The compiler's types guard answers; encoding them through zod would ask every amount to be parsed back.
  app.setSerializerCompiler(() => (data) => JSON.stringify(toWire(data)));

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, request.id);
    if (problem.status >= 500) request.log.error({ err: error }, "request failed");
    if (problem.code === "payment_pending" || problem.code === "chain_unavailable") reply.header("retry-after", "2");
    const { traceId, traceFlags } = request.span?.spanContext() ?? { traceFlags: 0 };
    if (traceId !== undefined && traceFlags & 1) problem.traceId = traceId;
    if (request.routeOptions.config.costsNothingOnError) problem.money ??= "Nothing was charged.";
    return reply.code(problem.status).type("application/problem+json").serializer(JSON.stringify).send(problem);
  });
  app.setNotFoundHandler((request) => {
    throw new BaseError("not_found", `there is no ${request.method} ${request.url.split("?")[0]}`);
  });

  await app.register(helmet);
  await app.register(cors, {
    origin: [...deps.allowedOrigins],
    methods: ["GET", "POST", "DELETE"],
    // The dApp's session is a cookie; only the exact origins above ever get this answer.
    credentials: true,
    // The stock x402 client sends the last one as a request header.
    allowedHeaders: [
      "Authorization",
      "Content-Type",
      "PAYMENT-SIGNATURE",
      "SIGN-IN-WITH-X",
      "Last-Event-ID",
      "Idempotency-Key",
      "Range",
      "If-Range",
      "If-None-Match",
      "Access-Control-Expose-Headers",
    ],
    exposedHeaders: [
      "PAYMENT-REQUIRED",
      "PAYMENT-RESPONSE",
      "Retry-After",
      "Content-Disposition",
      "Content-Range",
      "ETag",
      "Idempotency-Replayed",
    ],
    maxAge: 600,
  });
  app.server.maxConnections = limits.connections;
  await app.register(rateLimit, {
    // What the routes say is counted by session: known once the guard looked, which is after the count by address below.
    max: limits.sessionRequestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ principal, ip }) => (principal?.kind === "session" ? principal.tokenHash : ip),
    errorResponseBuilder: (_request, { after }) =>
      new BaseError("too_many_requests", `too many requests; again in ${after}`),
  });
  // By address, before anything is looked up: wrong tokens and unknown routes count as well.
  const byAddress = app.createRateLimit({
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  });
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.rateLimit === false) return;
    const count = await byAddress(request);
    if (count.isAllowed || !count.isExceeded) return;
    reply.header("retry-after", String(count.ttlInSeconds));
    throw new BaseError("too_many_requests", `too many requests; again in ${count.ttlInSeconds} seconds`);
  });
  observe(app, deps.onRequest ?? (() => undefined));
  await openapi(app, deps.market.schedulerUrl);

  await app.register(async (scope) => {
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    guard(routes, deps);
    idempotent(routes, deps);
    sessionRoutes(routes, deps, limits);
    marketRoutes(routes, deps);
    assetRoutes(routes, deps);
    quoteRoutes(routes, deps, limits);
    orderRoutes(routes, deps, limits);
    jobRoutes(routes, deps, limits);
    eventRoutes(routes, deps, limits);
    providerRoutes(routes, deps);
    webhookRoutes(routes, deps, limits);
    facilitatorRoutes(routes, deps, limits);
    operationRoutes(routes, deps);
    await routes.register(async (uploads) => artifactRoutes(uploads.withTypeProvider<ZodTypeProvider>(), deps, limits));
  });
  app.addHook("onClose", () => deps.payments.close());
  endIdle(app);
  return app;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Routes where a buyer wonders whether an error cost anything; it never does unless the error says so. */
    costsNothingOnError?: boolean;
  }
}
