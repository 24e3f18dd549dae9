import type { Span } from '@orrery/collectors/model/span';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Scope } from '../../inference/ports.ts';
import { ApiError } from '../errors.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import type { Graphs } from '../graph/graphs.ts';
import { edgeId } from '../ids.ts';
import { inRange, unixMilliseconds } from '../in-range.ts';
import { clockSkews, type SpanClock } from './clock-skew.ts';
import { spanObject, type SpanObject } from './span-object.ts';

/** Reads spans; what `server/src/readers` implements. */
export interface SpanReader {
  /** Spans of a client and server pair behind some stored edges, newest first; failing ones first if asked. */
  edgeSpans(scope: Scope, window: TimeWindow, edgeIds: readonly string[], options: { readonly limit: number; readonly errorsFirst: boolean }): Promise<readonly Span[]>;
  /** Spans of one trace by start; `aroundMs` null searches everything kept. */
  trace(scope: Scope, traceId: string, aroundMs: number | null, limit: number): Promise<readonly Span[]>;
}

/** Spans behind edges, and whole traces. */
export interface Spans {
  /** Spans behind an edge of the graph; [] if the window has no such edge. @throws ApiError BAD_INPUT */
  edgeSpans(id: string, input: GraphInput, limit: number, errorsFirst: boolean): Promise<readonly SpanObject[]>;
  /** A whole trace, by start; `aroundMs` (Unix ms) narrows the search. @throws ApiError BAD_INPUT */
  trace(traceId: string, aroundMs: number | null): Promise<readonly SpanObject[]>;
}

const maxEdgeSpans = 200;
const maxTraceSpans = 10_000;
const tooMany = `the trace has more than ${maxTraceSpans} spans: those that began later are left out`;
/** A clock that is further off than this is more likely a trace that is not what it seems. */
const maxSkewNs = 600_000_000_000n;
/** Spans of an edge are samples of many traces: nothing to correct them by. */
const asRecorded: SpanClock = { skewNs: 0n, warning: '' };
/** Attributes of the resource that tell clocks apart, the best first. */
const hostAttributes = ['k8s.node.name', 'host.id', 'host.name', 'host.ip', 'k8s.pod.name', 'service.instance.id'];

/**
 * Reads spans through the graph that an edge belongs to, so that they are of its window and scope; clocks of whole traces are
 * corrected.
 */
export function createSpans(tenant: string, reader: SpanReader, graphs: Graphs): Spans {
  return {
    async edgeSpans(id, input, limit, errorsFirst) {
      inRange('limit', limit, 1, maxEdgeSpans);
      const found = await graphs.findEdge(edgeId('edgeId', id), input);
      if (!found) return [];
      const spans = await reader.edgeSpans(found.request.scope, found.request.window, found.edge.edgeIds, { limit, errorsFirst });
      return spans.map((span) => spanObject(span, asRecorded));
    },
    async trace(traceId, aroundMs) {
      if (!/^[0-9a-f]{32}$/i.test(traceId)) throw new ApiError('BAD_INPUT', 'a trace id has 32 hex digits');
      if (aroundMs !== null) unixMilliseconds('aroundMs', aroundMs);
      const found = await reader.trace({ tenant, namespaces: null }, traceId.toLowerCase(), aroundMs, maxTraceSpans + 1), spans = found.slice(0, maxTraceSpans);
      const clocks = clockSkews(spans.map((span) => ({ ...span, host: hostOf(span) })), maxSkewNs);
      const objects = spans.map((span, i) => spanObject(span, clocks[i] ?? asRecorded)).sort((a, b) => a.startMs - b.startMs);
      return found.length > maxTraceSpans ? objects.map((span, i) => (i === 0 ? { ...span, warnings: [...span.warnings, tooMany] } : span)) : objects;
    },
  };
}

/** Whose clock it was; services that say nothing of their host are taken to be on hosts of their own. */
function hostOf({ resourceAttributes, entity }: Span): string {
  for (const name of hostAttributes) {
    const value = resourceAttributes.get(name);
    if (value) return `${name}=${value}`;
  }
  return `${entity.namespace}/${entity.app || entity.name}`;
}
