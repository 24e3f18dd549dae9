import type { EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import type { EdgeWindow } from '@orrery/server/inference/ports';
import type { SourceDeps } from '@orrery/collectors/pipeline/source-deps';
import { InternTable } from '@orrery/collectors/prometheus/intern-table';
import { TargetScraper } from '@orrery/collectors/prometheus/scrape-target';
import { nameMatcher } from '@orrery/collectors/prometheus/series-meaning';
import { makeTarget } from '@orrery/collectors/prometheus/targets';
import { edgeText } from '@orrery/collectors/model/edge';
import { sipHash128 } from '@orrery/collectors/model/sip-hash';
import { pino } from 'pino';

/** A page as a target served it at a time. */
export interface RecordedPage {
  readonly timeMs: number;
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** Scrapes recorded pages of one target through everything but the network and the store. Returns the rows of the waist. */
export async function scrapePages(address: string, pages: readonly RecordedPage[]): Promise<EdgeTraffic[]> {
  const rows: EdgeTraffic[] = [];
  let now = 0;
  const problems: string[] = [];
  const deps: SourceDeps = {
    tenant: 'default',
    now: () => now,
    logger: pino({ level: 'silent' }),
    log: { report: ({ error }) => error !== '' && problems.push(error), reject: ({ reason, sample }) => problems.push(`${reason}: ${sample}`) },
    sink: {
      spans: async () => undefined,
      flows: async () => undefined,
      edgeTraffic: async (written) => void rows.push(...written),
      edgeOperations: async () => undefined,
      accessLogs: async () => undefined,
      edgeZoneTraffic: async () => undefined,
      seriesNames: async () => undefined,
      scrapeState: async () => undefined,
      lastScrapeStates: async () => [],
      seriesNamesOf: async () => new Map(),
    },
  };
  let page: RecordedPage | undefined;
  const scraper = new TargetScraper(deps, {
    feed: 'scrape:recorded',
    target: makeTarget(address, {}, { scheme: 'http', path: '/metrics' }),
    limits: { timeoutMs: 5000, bodyBytes: 1e9, series: 1e6, services: 1e4 },
    reading: { cluster: '', gateways: nameMatcher([]), eastWestGateways: nameMatcher([]), waypoints: nameMatcher(['waypoint', '*-waypoint']) },
    budget: { used: 0, limit: 1e6 },
    interned: new InternTable(),
    fetch: async () => new Response(Buffer.from(page?.body ?? []), { headers: { 'content-type': page?.contentType ?? '' } }),
  });
  for (page of pages) {
    now = page.timeMs;
    await scraper.scrape();
  }
  scraper.close();
  if (problems.length > 0) throw new Error(`scraping ${address}: ${problems.join('; ')}`);
  return rows;
}

/** What the traffic reader makes of rows: one for each (edge, instrument, side, feed, intent, layout), summed over buckets. */
export function edgeWindows(rows: readonly EdgeTraffic[]): EdgeWindow[] {
  const windows = new Map<string, EdgeWindow>();
  for (const { edge, bucket, origin: _, tenant, ...row } of rows) {
    const edgeId = sipHash128(new Uint8Array(16), new TextEncoder().encode(edgeText(tenant, edge)));
    const key = [edgeId, row.instrument, row.side, row.feed, row.intent, row.layout?.id ?? 0].join(' ');
    const one: EdgeWindow = { ...row, edge, edgeId, firstBucket: bucket, lastBucket: bucket };
    const found = windows.get(key);
    windows.set(key, found === undefined ? one : add(found, one));
  }
  return [...windows.values()];
}

const maxima = new Set<string>(['lastBucket', 'openConnections']);

function add(a: EdgeWindow, b: EdgeWindow): EdgeWindow {
  const sum: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b) as [keyof EdgeWindow, unknown][]) {
    const other = a[name];
    if (name === 'measured' || name === 'protocols') sum[name] = a[name] | b[name];
    else if (name === 'firstBucket') sum[name] = Math.min(a[name], b[name]);
    else if (typeof value === 'number' && typeof other === 'number') sum[name] = maxima.has(name) ? Math.max(value, other) : value + other;
    else if (value instanceof Map && other instanceof Map) sum[name] = addCounts(other, value);
  }
  return sum as unknown as EdgeWindow;
}

function addCounts(a: ReadonlyMap<unknown, number>, b: ReadonlyMap<unknown, number>): Map<unknown, number> {
  const sum = new Map(a);
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}
