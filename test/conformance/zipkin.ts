import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { application, unknownEntity, type Entity } from '@orrery/collectors/model/entity';
import { buildServiceGraph } from '@orrery/server/inference/load-graph';
import type { EdgeWindow } from '@orrery/server/inference/ports';
import { endName, openSpanEdges, type SpanEdgesEngine } from './span-edges.ts';
import { sharedData, type ConformanceCase, type Suite } from './suite.ts';
import { zipkinSpan, type ZipkinSpan } from './zipkin-spans.ts';

interface Link { readonly parent: string; readonly child: string; readonly callCount: number; readonly errorCount?: number }

interface LinkerCase { readonly name: string; readonly traces: readonly (readonly ZipkinSpan[])[]; readonly expectedLinks: readonly Link[] }

/**
 * What rule 9 of the design counts differently; the reasons are in docs/conformance.md. `calls` by link, for all cases of that
 * name; errors follow in the same way.
 */
const byRule9: Readonly<Record<string, readonly Link[]>> = {
  'should not attribute errors from uninstrumented links': [{ parent: 'frontend', child: 'backend', callCount: 1 }],
};

/** Zipkin's dependency linker and its golden traces, through the store and the job that makes edges out of spans. */
export async function zipkin(): Promise<Suite> {
  const folder = resolve(sharedData, 'graph-golden/zipkin');
  if (!existsSync(folder)) return { cases: [], skipped: [{ case: '*', reason: 'graph-golden/zipkin is not there' }] };
  const engine = await openSpanEdges();
  const cases = JSON.parse(readFileSync(resolve(folder, 'dependency-linker-cases.json'), 'utf8')) as LinkerCase[];
  return {
    cases: cases.flatMap((one) => orders(one).map(({ name, traces }): ConformanceCase => ({
      name,
      async run() {
        deepStrictEqual(await linksOf(engine, traces), sorted(byRule9[one.name] ?? one.expectedLinks));
      },
    }))),
    skipped: [],
    close: () => engine.close(),
  };
}

/** As it is given, and back to front: the order of spans says nothing. */
function orders({ name, traces }: LinkerCase): { readonly name: string; readonly traces: LinkerCase['traces'] }[] {
  return [{ name, traces }, { name: `${name} (back to front)`, traces: [...traces].reverse().map((trace) => [...trace].reverse()) }];
}

async function linksOf(engine: SpanEdgesEngine, traces: LinkerCase['traces']): Promise<Link[]> {
  // Traces of one case repeat each other's ids: they are different traces all the same.
  const spans = traces.flatMap((trace, i) => trace.map((one) => {
    const span = zipkinSpan({ timestamp: 1, duration: 1, ...one });
    return { ...span, traceId: `${i}`.padStart(2, '0') + span.traceId.slice(2) };
  }));
  const rows = await engine.edgesOf(spans);
  return sorted(links(rows));
}

/** Zipkin has no edge where an end is not known; ours are shown as unknown callers and unresolved calls. */
function links(rows: readonly EdgeWindow[]): Link[] {
  const window = { from: Math.min(...rows.map((row) => row.firstBucket)), to: Math.max(...rows.map((row) => row.lastBucket)) + 10, step: 10 } as const;
  const graph = buildServiceGraph(rows, { tenant: 'zipkin', type: 'app', now: window.to, window });
  const nodes = new Map(graph.nodes.map(({ id, entity }) => [id, entity]));
  return graph.edges.flatMap((edge) => {
    const parent = nodes.get(edge.source), child = nodes.get(edge.destination);
    if (!isKnown(parent) || !isKnown(child)) return [];
    const calls = Math.round((edge.signals.requestsPerSecond ?? 0) * graph.coveredSeconds), errors = Math.round((edge.signals.errorRatio ?? 0) * calls);
    return [{ parent: nameOf(parent), child: nameOf(child), callCount: calls, ...(errors > 0 ? { errorCount: errors } : {}) }];
  });
}

function isKnown(entity: Entity | undefined): entity is Entity {
  return entity !== undefined && entity.kind !== unknownEntity.kind;
}

function nameOf(entity: Entity): string {
  return entity.kind === application('', '', '').kind ? entity.app : endName(entity).replace(/^broker:/, '');
}

function sorted(found: readonly Link[]): Link[] {
  const keyOf = ({ parent, child }: Link): string => `${parent} → ${child}`;
  return [...found].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
