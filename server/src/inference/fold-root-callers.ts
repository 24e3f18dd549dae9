import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { PlacedRow } from './placed-row.ts';

/**
 * A server span without a parent says that somebody called, not who. Where a proxy in front of the same entity names its
 * callers, that somebody is already among them: the nameless caller of the traces is left out, or each of its calls
 * would be shown twice.
 */
export function foldRootCallers(rows: readonly PlacedRow[]): readonly PlacedRow[] {
  const seenByProxies = new Set<Entity>();
  for (const { row, destination, speaks } of rows) {
    const byProxy = row.instrument === Instrument.proxy || row.instrument === Instrument.log;
    if (speaks && byProxy && row.side !== Side.source) seenByProxies.add(destination);
  }
  if (seenByProxies.size === 0) return rows;
  return rows.filter(({ row, source, destination }) =>
    !(row.instrument === Instrument.trace && source.kind === EntityKind.unknown && seenByProxies.has(destination)));
}
