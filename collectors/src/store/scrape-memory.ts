import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import { param, sql } from './sql.ts';
import type { Store } from './store.ts';

/** What scraping reads back at its start, so that counters continue where another process left them. */
export interface ScrapeMemory {
  /** The last two states of a target, newest first; [] if it was never scraped. */
  lastScrapeStates(tenant: string, feed: string, target: string): Promise<readonly ScrapeState[]>;
  /** Names of series by hash; hashes never stored are missing. */
  seriesNamesOf(tenant: string, series: readonly bigint[]): Promise<ReadonlyMap<bigint, SeriesName>>;
}

/** Hashes asked for in one statement: a parameter may hold 128 KiB (`http_max_field_value_size`), a hash takes up to 21 bytes. */
const namesPerQuery = 5_000;

interface StateRow {
  readonly timeMs: number;
  /** 64-bit integers as text: a JSON number would round them. */
  readonly series: readonly string[];
  readonly values: readonly (number | null)[];
}

interface NameRow {
  readonly series: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads back what scraping stored of a target, so that a restart goes on counting. */
export function createScrapeMemory(store: Pick<Store, 'query'>): ScrapeMemory {
  return {
    async lastScrapeStates(tenant, feed, target) {
      const rows = await store.query<StateRow>(sql`
        SELECT toUnixTimestamp64Milli(time) AS timeMs, arrayMap(s -> toString(s), series) AS series, values
        FROM scrape_states
        WHERE tenant = ${tenant} AND feed = ${feed} AND target = ${target}
        ORDER BY time DESC LIMIT 1 BY time LIMIT 2`, { name: 'last scrape states' });
      return rows.map((row) => ({ tenant, feed, target, timeMs: row.timeMs, series: row.series.map(BigInt), values: row.values.map((value) => value ?? NaN) }));
    },

    async seriesNamesOf(tenant, series) {
      const names = new Map<bigint, SeriesName>();
      for (let from = 0; from < series.length; from += namesPerQuery) {
        const asked = param('Array(UInt64)', series.slice(from, from + namesPerQuery));
        const rows = await store.query<NameRow>(sql`
          SELECT toString(series) AS series, name, labels FROM series_names
          WHERE tenant = ${tenant} AND series_names.series IN ${asked}
          LIMIT 1 BY series_names.series`, { name: 'series names' });
        for (const row of rows) names.set(BigInt(row.series), { tenant, series: BigInt(row.series), name: row.name, labels: new Map(Object.entries(row.labels)) });
      }
      return names;
    },
  };
}
