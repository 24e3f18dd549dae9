import { Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { PlacedRow } from './placed-row.ts';

/**
 * An east-west gateway passes connections of other networks through without opening them: it reports gateway → server,
 * in the middle, and cannot know who called. Where callers from another cluster are seen at that server, by themselves
 * or by it, the hop folds into their edges as evidence: the connections of all of them are pooled in it, so it never
 * speaks. A hop of whose callers nothing is known stays an edge of its own.
 */
export function foldPassthrough(rows: readonly PlacedRow[]): readonly PlacedRow[] {
  if (!rows.some(isPassed)) return rows;
  const callers = new Map<Entity, PlacedRow[]>();
  for (const placed of rows) {
    if (isPassed(placed) || placed.source.cluster === placed.destination.cluster || placed.source.cluster === '') continue;
    const of = callers.get(placed.destination);
    if (of) of.push(placed);
    else callers.set(placed.destination, [placed]);
  }
  return rows.flatMap((placed) => {
    if (!isPassed(placed)) return [placed];
    const calls = (callers.get(placed.destination) ?? []).filter(({ service }) => service === placed.service || placed.service === '');
    const byCaller = new Map(calls.map((call) => [call.source, call]));
    if (byCaller.size === 0) return [placed];
    return [...byCaller.values()].map(({ source, service }) => ({ ...placed, source, service, serviceGuessed: false, port: 0, speaks: false }));
  });
}

function isPassed({ row, source }: PlacedRow): boolean {
  return row.side === Side.middle && source.kind === EntityKind.gateway && row.via.includes(`gateway:${source.namespace}/${source.name}`);
}
