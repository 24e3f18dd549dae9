import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Span } from '@opentelemetry/api';

/** Orrery's own spans. */
export interface Tracing {
  /** Runs `run` inside a span with no parent: one request, one job. */
  root<T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T>;
  /** Runs `run` inside a span under the current one; without a current one no span is made. */
  child<T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T>;
  /** Sends what is left, for at most two seconds. */
  stop(): Promise<void>;
}

/** Runs the work and traces nothing. */
export const noTracing: Tracing = {
  root: (_name, _attributes, run) => run(),
  child: (_name, _attributes, run) => run(),
  stop: () => Promise.resolve(),
};

/**
 * Sends spans over OTLP/gRPC to `url`. Where that is this very Orrery nothing grows by itself: only requests to the
 * API are traced, and receiving and storing spans is neither.
 */
export async function startTracing(url: string, version: string): Promise<Tracing> {
  const [{ SpanKind, SpanStatusCode, ROOT_CONTEXT, trace }, { OTLPTraceExporter }, { resourceFromAttributes }, { BatchSpanProcessor, TracerProvider }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/exporter-trace-otlp-grpc'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'orrery', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), maxQueueSize: 2048, scheduledDelayMillis: 2000 })],
  });
  const tracer = provider.getTracer('orrery', version);
  const current = new AsyncLocalStorage<Span>();

  const within = async <T>(span: Span, run: () => Promise<T>): Promise<T> => {
    try {
      return await current.run(span, run);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  };

  return {
    root: (name, attributes, run) => within(tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, root: true }, ROOT_CONTEXT), run),
    child(name, attributes, run) {
      const parent = current.getStore();
      if (!parent) return run();
      return within(tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, trace.setSpan(ROOT_CONTEXT, parent)), run);
    },
    async stop() {
      await Promise.race([provider.shutdown(), new Promise((resolve) => setTimeout(resolve, 2000).unref())]).catch(() => undefined);
    },
  };
}
