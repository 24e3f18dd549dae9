import { SpanKind, SpanStatusCode, TraceFlags, createTraceState, type HrTime, type SpanContext, type TraceState } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Pod, SpanHappening } from './happening.ts';
import type { Scenario } from './scenario.ts';

/** One OTLP exporter per instrumented pod, as in a real mesh: the OpenTelemetry SDK's own, over gRPC or HTTP. */
export interface SpanExporters {
  /** Queues ended spans; they leave in batches of at most 512 by `flush`. */
  add(span: SpanHappening): void;
  /** Sends what is queued; resolves when every batch was answered. */
  flush(): Promise<void>;
  /** Spans acknowledged and refused so far. */
  counts(): { readonly sent: number; readonly failed: number };
  stop(): Promise<void>;
}

interface PodExporter { readonly exporter: SpanExporter; readonly toReadable: (span: SpanHappening) => ReadableSpan; queue: ReadableSpan[] }

const batchSize = 512;
/** Bound of a pod's queue, the SDK's own default. */
const queueSize = 2048;
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };

/** An SDK exporter for each pod that makes spans, over gRPC or HTTP as its workload says. */
export function createSpanExporters(scenario: Scenario, pods: readonly Pod[], endpoints: { readonly grpc: string; readonly http: string }): SpanExporters {
  const traceState = createTraceState(`ot=th:${scenario.sampling.threshold}`);
  const byPod = new Map<string, PodExporter>();
  for (const pod of pods) {
    if (!pod.workload.spans) continue;
    const exporter = pod.workload.spans === 'grpc'
      ? new GrpcExporter({ url: `http://${endpoints.grpc}` })
      : new HttpExporter({ url: `http://${endpoints.http}/v1/traces` });
    byPod.set(pod.name, { exporter, toReadable: readableSpans(scenario, pod, traceState), queue: [] });
  }
  let sent = 0, failed = 0;
  const send = (exporter: SpanExporter, batch: ReadableSpan[]): Promise<void> => new Promise((done) => {
    exporter.export(batch, ({ code }) => {
      if (code === 0) sent += batch.length;
      else failed += batch.length;
      done();
    });
  });
  return {
    add(span) {
      const pod = byPod.get(span.pod.name);
      if (!pod) return;
      if (pod.queue.length < queueSize) pod.queue.push(pod.toReadable(span));
      else failed++;
    },
    async flush() {
      await Promise.all([...byPod.values()].map(async (pod) => {
        while (pod.queue.length > 0) await send(pod.exporter, pod.queue.splice(0, batchSize));
      }));
    },
    counts: () => ({ sent, failed }),
    async stop() {
      await Promise.all([...byPod.values()].map((pod) => pod.exporter.shutdown()));
    },
  };
}

function readableSpans(scenario: Scenario, pod: Pod, traceState: TraceState): (span: SpanHappening) => ReadableSpan {
  const { workload } = pod;
  const resource = resourceFromAttributes({
    'service.name': workload.app, 'service.namespace': workload.namespace, 'service.version': workload.version, 'service.instance.id': pod.name,
    'k8s.cluster.name': scenario.cluster, 'k8s.namespace.name': workload.namespace, 'k8s.deployment.name': workload.name, 'k8s.pod.name': pod.name, 'k8s.pod.ip': pod.ip,
    'telemetry.sdk.language': 'nodejs', 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': '3.1.0',
  });
  const context = (traceId: string, spanId: string): SpanContext => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED, traceState });
  return (span) => {
    const own = context(span.traceId, span.spanId);
    return {
      name: span.name, kind: kinds[span.spanKind], spanContext: () => own,
      ...(span.parentSpanId === '' ? {} : { parentSpanContext: context(span.traceId, span.parentSpanId) }),
      startTime: hrTime(span.startMs), endTime: hrTime(span.endMs), duration: hrTime(span.endMs - span.startMs), ended: true,
      status: { code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: span.attributes,
      links: span.link ? [{ context: context(span.link.traceId, span.link.spanId) }] : [],
      events: [], resource, instrumentationScope: { name: 'shop', version: '1.0.0' },
      droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0,
    };
  };
}

/** Milliseconds as the SDK's [seconds, nanoseconds], whole microseconds. */
function hrTime(ms: number): HrTime {
  const micros = Math.round(ms * 1000);
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000];
}
