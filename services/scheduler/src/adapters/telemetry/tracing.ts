import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

/** A collector that does not answer holds up nothing, a stop included. */
const ANSWER_MS = 2000;

/** Sends spans to an OpenTelemetry collector. Without this call the functions below cost nothing and send nothing. */
export function startTracing(endpoint: string, processName: string): { close(): Promise<void> } {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: ANSWER_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "gristmill-scheduler", "service.instance.id": processName }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1000 })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, ANSWER_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

export const tracer = () => trace.getTracer("gristmill");

/** Id of the trace that goes on now. */
export const traceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/** Runs work as a span of the trace that goes on now. Attributes are ids and words of the product, never its content. */
export function inSpan<Result>(
  name: string,
  attributes: Record<string, string | undefined>,
  work: () => Promise<Result>,
): Promise<Result> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      // The message may hold an address with a key in it: the log has it, redacted.
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The trace that goes on now, to be carried with a queue task: W3C `traceparent`. */
export function traceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined) return undefined;
  return `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 1}`;
}

/** Runs work within a trace that another process or request began. */
export function withinTrace<Result>(parent: unknown, work: () => Promise<Result>): Promise<Result> {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$/.exec(String(parent));
  const [, id, spanId, flags] = parts ?? [];
  if (id === undefined || spanId === undefined) return work();
  const remote = { traceId: id, spanId, traceFlags: Number(flags), isRemote: true };
  return context.with(trace.setSpanContext(context.active(), remote), work);
}
