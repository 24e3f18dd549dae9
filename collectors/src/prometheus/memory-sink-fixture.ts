import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import { edgeText } from '../model/edge.ts';
import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import { StoreUnavailable, type Sink } from '../pipeline/sink.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { pino } from 'pino';

/** What a call to the sink does: store; fail before or after storing (an answer that was lost); or kill the process. */
export type Fate = 'store' | 'fail' | 'storeAndFail' | 'kill' | 'storeAndKill';

/** Never resolves: what a killed process gets from its last call. */
const never = new Promise<never>(() => undefined);

/** A store in memory that keeps one row for each natural key, as ClickHouse does after merging. */
export class MemorySink implements Sink {
  readonly rows = new Map<string, EdgeTraffic>();
  readonly operations = new Map<string, EdgeOperation>();
  readonly zones = new Map<string, EdgeZoneTraffic>();
  readonly states = new Map<string, ScrapeState>();
  readonly names = new Map<bigint, SeriesName>();
  readonly reports: SourceReport[] = [];
  readonly rejections: Rejection[] = [];
  readonly calls: string[] = [];
  /** Decides each call's fate by its name. */
  fate: (call: string) => Fate = () => 'store';
  onKill: () => void = () => undefined;

  spans(): Promise<void> { return Promise.resolve(); }
  flows(): Promise<void> { return Promise.resolve(); }
  accessLogs(): Promise<void> { return Promise.resolve(); }

  edgeTraffic(rows: readonly EdgeTraffic[]): Promise<void> {
    return this.#call('edgeTraffic', () => {
      for (const row of rows) this.rows.set([row.tenant, row.bucket, edgeText(row.tenant, row.edge), row.instrument, row.side, row.feed, row.intent, row.layout?.id ?? 0, row.origin].join(' '), row);
    });
  }

  edgeOperations(rows: readonly EdgeOperation[]): Promise<void> {
    return this.#call('edgeOperations', () => {
      for (const row of rows) this.operations.set([row.tenant, row.bucket, edgeText(row.tenant, row.edge), row.instrument, row.side, row.feed, row.operation, row.layout?.id ?? 0, row.origin].join(' '), row);
    });
  }

  edgeZoneTraffic(rows: readonly EdgeZoneTraffic[]): Promise<void> {
    return this.#call('edgeZoneTraffic', () => {
      for (const row of rows) this.zones.set([row.tenant, row.bucket, edgeText(row.tenant, row.edge), row.instrument, row.side, row.feed, row.zones.source, row.zones.destination, row.origin].join(' '), row);
    });
  }

  seriesNames(rows: readonly SeriesName[]): Promise<void> {
    return this.#call('seriesNames', () => { for (const row of rows) this.names.set(row.series, row); });
  }

  scrapeState(rows: readonly ScrapeState[]): Promise<void> {
    return this.#call('scrapeState', () => { for (const row of rows) this.states.set(`${row.feed} ${row.target} ${row.timeMs}`, row); });
  }

  lastScrapeStates(_tenant: string, feed: string, target: string): Promise<readonly ScrapeState[]> {
    const states = [...this.states.values()].filter((state) => state.feed === feed && state.target === target);
    return Promise.resolve(states.sort((a, b) => b.timeMs - a.timeMs).slice(0, 2));
  }

  seriesNamesOf(_tenant: string, series: readonly bigint[]): Promise<ReadonlyMap<bigint, SeriesName>> {
    return Promise.resolve(new Map(series.flatMap((id) => { const name = this.names.get(id); return name === undefined ? [] : [[id, name] as const]; })));
  }

  /** Sum of a number over all rows kept. */
  total(of: (row: EdgeTraffic) => number): number {
    return [...this.rows.values()].reduce((sum, row) => sum + of(row), 0);
  }

  deps(now: () => number): SourceDeps {
    return {
      tenant: 'default', sink: this, now, logger: pino({ level: 'silent' }),
      log: { report: (report) => void this.reports.push(report), reject: (rejection) => void this.rejections.push(rejection) },
    };
  }

  async #call(name: string, store: () => void): Promise<void> {
    this.calls.push(name);
    const fate = this.fate(name);
    if (fate.startsWith('store')) store();
    if (fate === 'kill' || fate === 'storeAndKill') {
      this.onKill();
      await never;
    }
    if (fate === 'fail' || fate === 'storeAndFail') throw new StoreUnavailable(1000);
  }
}
