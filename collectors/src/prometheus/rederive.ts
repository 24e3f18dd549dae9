import { joinFields } from '../model/entity.ts';
import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import type { ScrapeState } from '../model/scrape-sample.ts';
import { longestSpreadMs } from './counter-deltas.ts';
import { deriveOperations } from './derive-operations.ts';
import { deriveRows } from './derive-rows.ts';
import { deriveZones } from './derive-zones.ts';
import { hash64 } from './hash64.ts';
import { pairsOf } from './pairs-of-series.ts';
import { absentMark, incompleteMark } from './series-table.ts';
import type { SeriesMeaning } from './series-meaning.ts';

/** Key of the rows of one scrape: the same for the same target and sample time. */
export function originOf({ tenant, feed, target, timeMs }: Pick<ScrapeState, 'tenant' | 'feed' | 'target' | 'timeMs'>): bigint {
  return hash64(joinFields([tenant, feed, target, String(timeMs)]));
}

/** What two states of a target come to. */
export interface DerivedScrape {
  readonly rows: readonly EdgeTraffic[];
  readonly operations: readonly EdgeOperation[];
  readonly zones: readonly EdgeZoneTraffic[];
}

/** Of a target that was never scraped before, or not for long. */
export const nothingDerived: DerivedScrape = { rows: [], operations: [], zones: [] };

/**
 * The rows between two stored states of a target, as they were derived, or would have been, when the newer one was
 * scraped. Writing them again changes nothing if they are there already.
 */
export function rederive(newer: ScrapeState, older: ScrapeState, meaningOf: (series: bigint) => SeriesMeaning | undefined): DerivedScrape {
  if (newer.timeMs - older.timeMs > longestSpreadMs) return nothingDerived;
  const before = new Map(older.series.map((id, i) => [id, older.values[i]]));
  const present = newer.series.indexOf(absentMark);
  const series = newer.series.slice(0, present === -1 ? undefined : present).map((id, i) => ({
    meaning: meaningOf(id),
    previous: before.get(id),
    current: newer.values[i] ?? 0,
  }));
  const { pairs, tellsFailures } = pairsOf(series, before.has(incompleteMark));
  const interval = { tenant: newer.tenant, feed: newer.feed, origin: originOf(newer), fromMs: older.timeMs, toMs: newer.timeMs, tellsFailures };
  return { rows: deriveRows(pairs, interval), operations: deriveOperations(pairs, interval), zones: deriveZones(pairs, interval) };
}
