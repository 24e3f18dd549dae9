import type { SeriesName } from '../model/scrape-sample.ts';
import { certificateGauges } from '../model/certificate-gauges.ts';
import { decodeSeries, componentOf } from './decode-series.ts';
import { seriesHash } from './hash64.ts';
import { otherMark, otherService, withOtherService } from './other-service.ts';
import { pairsOf } from './pairs-of-series.ts';
import type { CounterPair, ReadingContext, SeriesMeaning } from './series-meaning.ts';

/** One series of one target. */
export interface Series {
  id: bigint;
  /** undefined until a whole page was read: what a series means depends on the page's `istio_build`. */
  meaning: SeriesMeaning | undefined;
  /** Value at the last committed scrape that had it; undefined if there was none. */
  previous: number | undefined;
  current: number;
  /** The page that `current` is of. */
  page: number;
  seenMs: number;
  namedMs: number;
  /** As written on the page, to forget it by. */
  key: string;
  /** True for gauges that go below 0. */
  readonly isSigned: boolean;
}

/** How many series all targets together may have. */
export interface SeriesBudget {
  used: number;
  readonly limit: number;
}

/** Bounds on what one target may name. */
export interface SeriesLimits {
  /** Series of one target. */
  readonly series: number;
  /** Different destination services of one target: a Host header may be anything. */
  readonly services: number;
}

/** Values of a target at one time, as `ScrapeState` has them, the marks below among them. */
export interface StateValues {
  readonly series: bigint[];
  readonly values: number[];
}

/** Stands in `ScrapeState.series` before the series that were missing on that page and whose last value is kept. */
export const absentMark = 0n;
/** Stands first in `ScrapeState.series` where samples of that page were lost: a series new after it has no known beginning. */
export const incompleteMark = 1n;

const forgetAfterMs = 3_600_000;
const renameAfterMs = 12 * 3_600_000;

interface Fresh {
  readonly series: Series;
  readonly name: string;
  readonly labels: readonly string[];
}

/**
 * The series of one target, with the values of its last scrape.
 * A series that is missing from a page keeps its value for an hour: one unreadable line makes no spike when it is back.
 */
export class SeriesTable {
  /** For the parser: series by their bytes as written. */
  readonly cache = new Map<string, Series>();
  readonly #byId = new Map<bigint, Series>();
  readonly #services = new Set<string>();
  readonly #components = new Set<string>();
  readonly #limits: SeriesLimits;
  readonly #budget: SeriesBudget;
  readonly #context: ReadingContext;
  #fresh: Fresh[] = [];
  #page = 0;
  #nowMs = 0;
  #cacheFromMs = 0;
  #malformed = 0;
  /** True once a series was read under `otherService`: then each may stand under either of its two ids. */
  #hasOthers = false;
  /** True if the last committed page was not wholly taken. */
  #previousIncomplete = false;
  /** Samples of this page that were not taken because a limit was reached. */
  overLimit = 0;
  /** Samples of this page that are no count: NaN, infinite or negative. */
  notCounts = 0;
  added = 0;

  constructor(context: Omit<ReadingContext, 'components'>, limits: SeriesLimits, budget: SeriesBudget) {
    this.#context = { ...context, components: this.#components };
    this.#limits = limits;
    this.#budget = budget;
  }

  beginPage(nowMs: number): void {
    this.#page++;
    this.#nowMs = nowMs;
    this.overLimit = this.notCounts = this.added = this.#malformed = 0;
    // Series pass `admit` again, with their labels, so that long-lived ones are named anew before their names expire.
    if (nowMs - this.#cacheFromMs > renameAfterMs) {
      this.cache.clear();
      this.#cacheFromMs = nowMs;
    }
  }

  /** The series of a name and labels seen for the first time; null beyond the limits. */
  admit(name: string, labels: readonly string[], key: string): Series | null {
    const id = seriesHash(name, labels);
    const known = this.#byId.get(id) ?? (this.#hasOthers ? this.#byId.get(seriesHash(name, labels, otherMark)) : undefined);
    if (known !== undefined) {
      if (known.meaning === undefined || this.#nowMs - known.namedMs > renameAfterMs) this.#fresh.push({ series: known, name, labels });
      known.key = key;
      return known;
    }
    if (this.#byId.size >= this.#limits.series || this.#budget.used >= this.#budget.limit) {
      this.overLimit++;
      return null;
    }
    const series: Series = { id, meaning: undefined, previous: undefined, current: 0, page: 0, seenMs: 0, namedMs: 0, key, isSigned: certificateGauges.has(name) };
    this.#add(series);
    this.#fresh.push({ series, name, labels });
    this.added++;
    return series;
  }

  take(series: Series, value: number): void {
    if (!((value >= 0 || series.isSigned) && Math.abs(value) < Infinity)) {
      this.notCounts++;
      return;
    }
    series.current = value;
    series.page = this.#page;
  }

  /** A line of this page could not be read. */
  malformed(): void {
    this.#malformed++;
  }

  /** Reads the series that are new on the page, which is complete now. Returns names to store before any value. */
  nameFresh(tenant: string): SeriesName[] {
    for (const { name, labels } of this.#fresh) {
      const component = componentOf(name, labels);
      if (component !== '') this.#components.add(component);
    }
    return this.#fresh.map((fresh) => this.#read(fresh, tenant)).filter((name) => name !== null);
  }

  /** After their names were stored. */
  freshNamed(): void {
    for (const { series } of this.#fresh) series.namedMs = this.#nowMs;
    this.#fresh = [];
  }

  /** Edge series on this page with their values before and now, until these are committed, and whether the target tells of failures. */
  pairs(): { pairs: CounterPair[]; tellsFailures: boolean } {
    return pairsOf(this.#onPage(), this.#previousIncomplete);
  }

  /** What a restart needs to go on from this page. */
  state(): StateValues {
    const series = this.#isIncomplete() ? [incompleteMark] : [], values = series.map(() => 0);
    const absent: Series[] = [];
    for (const one of this.#byId.values()) {
      if (one.meaning === null) continue;
      if (one.page === this.#page) {
        series.push(one.id);
        values.push(one.current);
      } else if (one.previous !== undefined && !this.#isForgotten(one)) {
        absent.push(one);
      }
    }
    if (absent.length > 0) {
      series.push(absentMark, ...absent.map((one) => one.id));
      values.push(0, ...absent.map((one) => one.previous ?? 0));
    }
    return { series, values };
  }

  /** This page's values are stored: the next page is compared with them. Forgets what was not seen for an hour. */
  commit(): void {
    this.#previousIncomplete = this.#isIncomplete();
    for (const series of this.#byId.values()) {
      if (series.page === this.#page) {
        series.previous = series.current;
        series.seenMs = this.#nowMs;
      } else if (this.#isForgotten(series)) {
        this.#forget(series);
      }
    }
  }

  /** Takes a stored state as the last scrape. Series whose name is not stored are read when they are next seen. */
  load(state: StateValues, names: ReadonlyMap<bigint, SeriesName>, timeMs: number): void {
    this.#previousIncomplete = state.series[0] === incompleteMark;
    const known = state.series.map((id) => names.get(id));
    for (const stored of known) {
      const component = stored === undefined ? '' : componentOf(stored.name, pairsOfMap(stored.labels));
      if (component !== '') this.#components.add(component);
    }
    state.series.forEach((id, i) => {
      if (id === absentMark || id === incompleteMark || this.#byId.has(id)) return;
      const stored = known[i];
      const meaning = stored === undefined ? undefined : decodeSeries(stored.name, pairsOfMap(stored.labels), this.#context);
      if (meaning?.kind === 'edge') {
        this.#services.add(meaning.edge.service);
        this.#hasOthers ||= meaning.edge.service === otherService;
      }
      const value = state.values[i] ?? 0;
      this.#add({ id, meaning, previous: value, current: value, page: 0, seenMs: timeMs, namedMs: stored === undefined ? 0 : timeMs, key: '', isSigned: stored !== undefined && certificateGauges.has(stored.name) });
    });
  }

  /** How a stored series is to be read; undefined if it is not known. */
  meaningOf(id: bigint): SeriesMeaning | undefined {
    return this.#byId.get(id)?.meaning;
  }

  /** Gives its part of the common budget back. */
  close(): void {
    this.#budget.used -= this.#byId.size;
    this.#byId.clear();
    this.cache.clear();
  }

  get size(): number {
    return this.#byId.size;
  }

  * #onPage(): Iterable<Series> {
    for (const series of this.#byId.values()) if (series.page === this.#page) yield series;
  }

  #isForgotten(series: Series): boolean {
    return this.#nowMs - series.seenMs > forgetAfterMs;
  }

  #isIncomplete(): boolean {
    return this.overLimit + this.notCounts + this.#malformed > 0;
  }

  #read({ series, name, labels }: Fresh, tenant: string): SeriesName | null {
    let stored = labels;
    if (series.meaning === undefined) {
      series.meaning = decodeSeries(name, labels, this.#context);
      if (series.meaning?.kind === 'edge' && !this.#admitService(series.meaning.edge.service)) stored = this.#readAsOther(series, name, labels);
    } else if (series.meaning?.kind === 'edge' && series.id !== seriesHash(name, labels)) {
      stored = withOtherService(labels);
    }
    return series.meaning === null ? null : { tenant, series: series.id, name, labels: mapOfPairs(stored) };
  }

  #admitService(service: string): boolean {
    if (service === '' || this.#services.has(service)) return true;
    if (this.#services.size >= this.#limits.services) return false;
    this.#services.add(service);
    return true;
  }

  /** The series gets an id of its own for this reading, so that a restart reads it the same way. */
  #readAsOther(series: Series, name: string, labels: readonly string[]): readonly string[] {
    const stored = withOtherService(labels);
    this.#hasOthers = true;
    series.meaning = decodeSeries(name, stored, this.#context);
    this.#byId.delete(series.id);
    series.id = seriesHash(name, labels, otherMark);
    this.#byId.set(series.id, series);
    return stored;
  }

  #add(series: Series): void {
    this.#byId.set(series.id, series);
    this.#budget.used++;
  }

  #forget(series: Series): void {
    this.#byId.delete(series.id);
    if (this.cache.get(series.key) === series) this.cache.delete(series.key);
    this.#budget.used--;
  }
}

function mapOfPairs(labels: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let i = 0; i < labels.length; i += 2) map.set(labels[i] ?? '', labels[i + 1] ?? '');
  return map;
}

function pairsOfMap(labels: ReadonlyMap<string, string>): string[] {
  return [...labels].flat();
}
