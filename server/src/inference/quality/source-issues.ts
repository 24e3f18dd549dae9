import type { QualityIssue, QualitySample } from './quality-issue.ts';

/** What is known of one source (receiver, scrape target, flow stream). */
export interface SourceFacts {
  readonly source: string;
  readonly feed: string;
  readonly target: string;
  readonly received: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly lostUpstream: number;
  /** 1 up, 0 down, -1 not applicable. */
  readonly up: number;
  /** Unix ms of its newest datum's own time; 0 = none. */
  readonly newestMs: number;
  readonly lastReportMs: number;
  readonly error: string;
}

/** Rows stored later than their bucket is settled, by feed. */
export interface LateRows {
  readonly feed: string;
  readonly rows: number;
  /** Largest delay, seconds. */
  readonly worstSeconds: number;
}

const staleAfterMs = 120_000;
/** Clocks differ by a little everywhere; windows are 10 s. */
const skewMs = 5_000;

/** What the sources of the data say of themselves. `nowMs`: Unix ms. */
export function sourceIssues(sources: readonly SourceFacts[], late: readonly LateRows[], nowMs: number): QualityIssue[] {
  const issue = (kind: QualityIssue['kind'], unit: string, text: string, samples: readonly QualitySample[]): QualityIssue => ({ kind, count: samples.length, unit, text, samples });
  const pick = (read: (source: SourceFacts) => readonly [text: string, value: number] | null): QualitySample[] => sources.flatMap((source) => {
    const found = read(source);
    return found ? [{ edge: null, node: null, subject: [source.source, source.feed, source.target].filter((part) => part !== '').join(' '), text: found[0], value: found[1] }] : [];
  });
  return [
    issue('failingSource', 'seconds', 'sources that do not answer: what they would tell is missing', pick(({ up, error, newestMs }) =>
      up === 0 ? [error === '' ? 'down' : error, newestMs === 0 ? 0 : (nowMs - newestMs) / 1000] : null)),
    issue('staleSource', 'seconds', 'sources whose newest datum is old: edges that they alone tell of look idle', pick(({ up, newestMs }) =>
      up !== 0 && newestMs > 0 && nowMs - newestMs > staleAfterMs ? [`nothing for ${Math.round((nowMs - newestMs) / 1000)} s`, (nowMs - newestMs) / 1000] : null)),
    issue('lostData', 'items', 'data that did not arrive in the store: counts are too low', pick(({ rejected, dropped, lostUpstream, received }) =>
      rejected + dropped + lostUpstream > 0 ? [`of ${received} received ${rejected} rejected, ${dropped} dropped; ${lostUpstream} lost before`, rejected + dropped + lostUpstream] : null)),
    issue('clockSkew', 'seconds', 'sources whose clock is ahead: their data lands in windows that have not come yet', pick(({ newestMs, lastReportMs }) =>
      newestMs > lastReportMs + skewMs && lastReportMs > 0 ? [`${Math.round((newestMs - lastReportMs) / 1000)} s ahead`, (newestMs - lastReportMs) / 1000] : null)),
    issue('lateData', 'rows', 'rows stored after their window was settled: a settled answer may have changed', late.filter(({ rows }) => rows > 0)
      .map(({ feed, rows, worstSeconds }) => ({ edge: null, node: null, subject: feed, text: `${rows} rows, at worst ${Math.round(worstSeconds)} s after their bucket`, value: rows }))),
  ];
}
