import type { ScrapeState, SeriesName } from '../../model/scrape-sample.ts';
import { array, dateTime64Ms, float64, lowCardinality, map, string, uint64Big } from '../native-types.ts';
import { column, tableRow } from '../native-block.ts';

/** Columns of `series_names`; one row for each (tenant, series). */
export const seriesNameRow = tableRow<SeriesName>('series_names', [
  column('tenant', lowCardinality, (r) => r.tenant),
  column('series', uint64Big, (r) => r.series),
  column('name', lowCardinality, (r) => r.name),
  column('labels', map(lowCardinality, string), (r) => r.labels),
]);

/** Columns of `scrape_states`; one row for each (tenant, feed, target, time). */
export const scrapeStateRow = tableRow<ScrapeState>('scrape_states', [
  column('tenant', lowCardinality, (r) => r.tenant),
  column('feed', lowCardinality, (r) => r.feed),
  column('target', string, (r) => r.target),
  column('time', dateTime64Ms, (r) => r.timeMs),
  column('series', array(uint64Big), (r) => r.series),
  column('values', array(float64), (r) => r.values),
]);
