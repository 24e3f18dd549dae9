import { Instrument, Measured } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { GraphType } from './graph.ts';
import type { PlacedRow } from './placed-row.ts';

/**
 * A client span names the service it called, not which of several workloads answered (`catalog-v1`, `catalog-v2`).
 * Where proxies tell how the same caller's requests were spread over those workloads, its spans are evidence on each
 * of these edges: drawn as an edge of their own they would show every call a second time, to a node that is no workload.
 * Graphs whose nodes are apps or services draw all of them as one edge anyway.
 */
export function foldSpreadCalls(rows: readonly PlacedRow[], type: GraphType): readonly PlacedRow[] {
  if (type === GraphType.app || type === GraphType.service || !rows.some(isSpread)) return rows;
  const spreads = new Map<Entity, Set<Entity>>();
  for (const { row, source, destination, speaks } of rows) {
    if (!speaks || row.instrument !== Instrument.proxy || (row.measured & Measured.requests) === 0 || destination.kind !== EntityKind.workload) continue;
    const reached = spreads.get(source);
    if (reached) reached.add(destination);
    else spreads.set(source, new Set([destination]));
  }
  const out: PlacedRow[] = [];
  for (const placed of rows) {
    const targets = isSpread(placed)
      ? [...spreads.get(placed.source) ?? []].filter((workload) => isOf(placed.destination, workload)) : [];
    if (targets.length === 0) out.push(placed);
    else for (const destination of targets) out.push({ ...placed, destination, speaks: false });
  }
  return out;
}

/** Whether it may be of several workloads. */
function isSpread({ row, destination }: PlacedRow): boolean {
  return destination.kind === EntityKind.app && row.instrument === Instrument.trace;
}

function isOf(app: Entity, workload: Entity): boolean {
  return workload.app === (app.app || app.name) && workload.namespace === app.namespace
    && (app.cluster === '' || workload.cluster === '' || app.cluster === workload.cluster)
    && (app.version === '' || app.version === workload.version);
}
