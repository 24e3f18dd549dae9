import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { createDecodeContext } from '@orrery/collectors/otlp/decode-context';
import { decodeJson } from '@orrery/collectors/otlp/decode-json';
import type { Span } from '@orrery/collectors/model/span';
import type { EdgeWindow } from '@orrery/server/inference/ports';
import { endName, openSpanEdges } from './span-edges.ts';
import { sharedData, type Suite } from './suite.ts';

interface KeyValue { readonly key: string; readonly value: { readonly stringValue?: string; readonly boolValue?: boolean } }
interface Point { readonly asInt?: string; readonly sum?: number; readonly attributes: readonly KeyValue[] }
interface Metric { readonly name: string; readonly sum?: { readonly dataPoints: readonly Point[] }; readonly histogram?: { readonly dataPoints: readonly Point[] } }
interface Metrics { readonly resourceMetrics: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[] }

interface ServiceEdge { requests: number; failed: number; clientSeconds: number }

const samples = ['extra-dimensions-queue-db', 'virtual-node-label-server'];

/** The golden traces of the OpenTelemetry collector's service graph connector, against the metrics that it makes of them. */
export async function otelServicegraph(): Promise<Suite> {
  const folder = resolve(sharedData, 'graph-golden/otel-servicegraph');
  if (!existsSync(folder)) return { cases: [], skipped: [{ case: '*', reason: 'graph-golden/otel-servicegraph is not there' }] };
  const engine = await openSpanEdges();
  return {
    cases: samples.map((name) => ({
      name,
      async run() {
        const rows = await engine.edgesOf(spansOf(parse(readFileSync(resolve(folder, `${name}-trace.yaml`), 'utf8'))));
        deepStrictEqual(foundEdges(rows), expectedEdges(parse(readFileSync(resolve(folder, `${name}-expected-metrics.yaml`), 'utf8')) as Metrics));
      },
    })),
    skipped: [],
    close: () => engine.close(),
  };
}

function spansOf(trace: unknown): readonly Span[] {
  const context = createDecodeContext({ redact: true, limits: { maxAttributes: 128, maxValueLength: 8192, maxEvents: 128 } });
  return decodeJson(Buffer.from(JSON.stringify(trace)), context, { tenant: 'otel', nowMs: Date.UTC(2100, 0) }).spans;
}

/** The caller's side of each edge; the callee's where only that is there. */
function foundEdges(rows: readonly EdgeWindow[]): Map<string, ServiceEdge> {
  const edges = new Map<string, ServiceEdge>();
  for (const row of rows.filter(({ side }) => side === 'source')) {
    const sum = edgeAt(edges, `${endName(row.edge!.source)} → ${endName(row.edge!.destination)}`);
    sum.requests += row.requests;
    sum.failed += row.errors;
    sum.clientSeconds += row.latencySumMs / 1000;
  }
  return edges;
}

/** Dimensions that a configuration adds (systems of databases and queues) are no part of an edge here: summed over them. */
function expectedEdges({ resourceMetrics }: Metrics): Map<string, ServiceEdge> {
  const edges = new Map<string, ServiceEdge>();
  for (const { name, sum, histogram } of resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))) {
    for (const point of [...(sum?.dataPoints ?? []), ...(histogram?.dataPoints ?? [])]) {
      const value = (key: string): string => point.attributes.find((one) => one.key === key)?.value.stringValue ?? '';
      const edge = edgeAt(edges, `${value('client')} → ${value('server')}`);
      const count = Number(point.asInt ?? 0);
      if (name === 'traces_service_graph_request_client') edge.clientSeconds += point.sum ?? 0;
      if (name !== 'traces_service_graph_request_total') continue;
      edge.requests += count;
      if (point.attributes.some((one) => one.key === 'failed' && one.value.boolValue === true)) edge.failed += count;
    }
  }
  return edges;
}

function edgeAt(edges: Map<string, ServiceEdge>, key: string): ServiceEdge {
  const edge = edges.get(key) ?? { requests: 0, failed: 0, clientSeconds: 0 };
  edges.set(key, edge);
  return edge;
}
