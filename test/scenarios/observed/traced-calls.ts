import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Two applications with the OpenTelemetry SDK, of which one calls the other. */
export interface TracedCalls {
  /** One call over HTTP, as both of them trace it. */
  call(): void;
  stop(): Promise<void>;
}

/** @param host as the client has it in `server.address` */
export function tracedCalls(otlpUrl: string, namespace: string, [from, to]: readonly [string, string], host: string, port: number): TracedCalls {
  const [client, server] = [from, to].map((name) => new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name, 'k8s.cluster.name': 'here', 'k8s.namespace.name': namespace, 'k8s.deployment.name': name }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlpUrl}/v1/traces` }), scheduledDelayMillis: 500 })],
  })) as [TracerProvider, TracerProvider];
  return {
    call() {
      const asked = client.getTracer('calls').startSpan('GET', { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200, 'server.address': host, 'server.port': port } }, ROOT_CONTEXT);
      const answered = server.getTracer('calls').startSpan('GET /', { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200, 'http.route': '/' } }, trace.setSpan(ROOT_CONTEXT, asked));
      answered.end();
      asked.end();
    },
    async stop() {
      await Promise.all([client.shutdown(), server.shutdown()]);
    },
  };
}
