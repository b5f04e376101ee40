import { context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FastifyInstance } from "fastify";
import { tracer } from "../telemetry/tracing.ts";

declare module "fastify" {
  interface FastifyRequest {
    span: Span | undefined;
  }
}

/** Measures each request by its route, and makes it the first span of its trace. */
export function observe(
  app: FastifyInstance,
  onRequest: (method: string, route: string, status: number, seconds: number) => void,
): void {
  app.decorateRequest("span", undefined);
  app.addHook("onRequest", async (request) => {
    const route = request.routeOptions.url ?? "unmatched";
    const attributes = { "http.request.method": request.method, "http.route": route };
    request.span = tracer().startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes });
    const { traceId, traceFlags } = request.span.spanContext();
    if (traceFlags & 1) request.log = request.log.child({ traceId });
  });
  // After the body was read: reading it would leave the context again.
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.span === undefined) done();
    else context.with(trace.setSpan(context.active(), request.span), done);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { statusCode, elapsedTime } = reply;
    onRequest(request.method, request.routeOptions.url ?? "unmatched", statusCode, elapsedTime / 1000);
    request.span?.setAttribute("http.response.status_code", statusCode);
    if (statusCode >= 500) request.span?.setStatus({ code: SpanStatusCode.ERROR });
    request.span?.end();
  });
}
