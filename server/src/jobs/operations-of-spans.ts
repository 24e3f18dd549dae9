import { added, boundOperations, operationName, operationStep, type EdgeOperation } from '@orrery/collectors/model/edge-operation';
import { Side } from '@orrery/collectors/model/edge-traffic';
import { edgeText } from '@orrery/collectors/model/edge';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import { edgeOf, isInbound, namespacesOf } from './edges-of-spans.ts';
import type { Owners } from './owners-of-peers.ts';
import type { SpanGroup } from './span-group.ts';

/** Operations of some minutes, and the 10 s buckets in which a counterpart may still come. */
export interface SpanOperations { readonly operations: readonly EdgeOperation[]; readonly waiting: ReadonlySet<number> }

/**
 * Groups of spans → operations of the same edges that `edgesOfSpans` finds, by minute: a server's operation is told at the
 * destination, a client's at the source. Mirrored calls and calls without a peer are nobody's edge. The busiest 50 of an edge
 * in a minute keep their names.
 */
export function operationsOfSpans(tenant: string, groups: readonly SpanGroup[], owners?: Owners): SpanOperations {
  const namespaces = namespacesOf(groups);
  const rows = new Map<string, EdgeOperation>();
  const waiting = new Set<number>();
  for (const group of groups) {
    const edge = edgeOf(group, namespaces, owners);
    if (edge === 'wait') waiting.add(group.bucket);
    const operation = operationName(group.operation);
    if (edge === 'wait' || edge === null || group.isMirror || operation === '') continue;
    const bucket = group.bucket - (group.bucket % operationStep);
    const side = isInbound(group) ? Side.destination : Side.source;
    const row: EdgeOperation = {
      tenant, bucket, edge, instrument: 'trace', side, feed: 'otlp', operation, origin: 0n,
      requests: group.count, errors: group.failed ? group.count : 0, requestsEstimated: group.weight,
      layout: spanLayout, latency: group.latencyIndex < 0 ? new Map() : new Map([[group.latencyIndex, group.count]]),
    };
    const key = `${bucket} ${side} ${edgeText(tenant, edge)}\0${operation}`;
    const sum = rows.get(key);
    rows.set(key, sum ? added(sum, row) : row);
  }
  return { operations: boundOperations([...rows.values()]), waiting };
}
