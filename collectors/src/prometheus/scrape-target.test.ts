import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import { InternTable } from './intern-table.ts';
import { MemorySink, type Fate } from './memory-sink-fixture.ts';
import { TargetScraper } from './scrape-target.ts';
import { otherService } from './other-service.ts';
import { nameMatcher } from './series-meaning.ts';
import { makeTarget } from './targets.ts';

const second = 1000;
const start = 1_800_000_000 * second;

interface Setup { readonly series?: number; readonly services?: number; readonly total?: number }

/** A target whose page and time the test sets. */
class Bench {
  readonly sink = new MemorySink();
  now = start;
  page: string | Error = '';
  readonly #setup: Setup;
  scraper: TargetScraper;

  constructor(setup: Setup = {}) {
    this.#setup = setup;
    this.scraper = this.restart();
  }

  restart(): TargetScraper {
    this.scraper = new TargetScraper(this.sink.deps(() => this.now), {
      feed: 'scrape:mesh', target: makeTarget('http://u:secret@10.0.0.1:15020', {}, { scheme: 'http', path: '/' }),
      limits: { timeoutMs: 1000, bodyBytes: 1e6, series: this.#setup.series ?? 1000, services: this.#setup.services ?? 100 },
      reading: { cluster: '', gateways: nameMatcher([]), eastWestGateways: nameMatcher([]), waypoints: nameMatcher([]) },
      budget: { used: 0, limit: this.#setup.total ?? 10_000 }, interned: new InternTable(),
      fetch: async () => {
        if (this.page instanceof Error) throw this.page;
        return new Response(this.page);
      },
    });
    return this.scraper;
  }

  async scrape(page: string | Error, afterSeconds = 15): Promise<void> {
    this.now += afterSeconds * second;
    this.page = page;
    await this.scraper.scrape();
  }

  get last(): MemorySink['reports'][number] {
    return this.sink.reports.at(-1)!;
  }
}

const labels = (destination: string, extra = ''): string => `reporter="destination",source_workload="web",source_workload_namespace="shop",destination_workload="${destination}",destination_workload_namespace="shop",destination_service="${destination}.shop.svc.cluster.local",request_protocol="http",response_code="200",connection_security_policy="mutual_tls"${extra}`;
/** The same series, each told to be one operation. */
const operations = (values: Readonly<Record<string, number>>): string => Object.entries(values).map(([to, count]) => `istio_requests_total{${labels('orders', `,request_operation="GET /${to}"`)}} ${count}\n`).join('');
const requests = (values: Readonly<Record<string, number>>): string => Object.entries(values).map(([to, count]) => `istio_requests_total{${labels(to)}} ${count}\n`).join('');
const requestsOf = (row: EdgeTraffic): number => row.requests;

describe('counting', () => {
  it('takes the first page as the beginning, counts new series from 0, and spreads each delta over its interval', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 100 }), 5);
    expect(bench.sink.rows.size).toBe(0);
    await bench.scrape(requests({ orders: 130, cart: 7 }));
    expect(bench.sink.total(requestsOf)).toBe(37);
    expect([...bench.sink.rows.values()].filter((row) => row.edge.destination.name === 'orders').map((row) => [row.bucket * second - start, row.requests]))
      .toEqual([[0, 10], [10_000, 20]]);
    expect(bench.last).toMatchObject({ source: 'scrape', feed: 'scrape:mesh', target: 'http://10.0.0.1:15020/', up: 1, received: 2, stored: 2, rejected: 0, dropped: 0, error: '' });
  });

  it('keeps the statistics of each scrape: up, samples, new series; a restart makes none of them new', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 100, cart: 1 }));
    expect(bench.last).toMatchObject({ up: 1, samples: 2, seriesAdded: 2 });
    await bench.scrape(requests({ orders: 100, cart: 1, mail: 1 }));
    expect(bench.last).toMatchObject({ up: 1, samples: 3, seriesAdded: 1 });
    await bench.scrape(new TypeError('fetch failed'));
    expect(bench.last).toMatchObject({ up: 0, samples: 0, seriesAdded: 0 });
    bench.restart();
    await bench.scrape(requests({ orders: 100, mail: 1, stock: 1 }));
    expect(bench.last).toMatchObject({ up: 1, samples: 3, seriesAdded: 1 });
  });

  it('begins anew at 0 where a counter fell', async () => {
    const bench = new Bench();
    for (const count of [100, 130, 4]) await bench.scrape(requests({ orders: count }));
    expect(bench.sink.total(requestsOf)).toBe(34);
  });

  it('goes on after a target was away, without a spike and without a loss', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 100 }));
    const refused = new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:15020'), { code: 'ECONNREFUSED' }) });
    await bench.scrape(refused);
    expect(bench.last).toMatchObject({ up: 0, received: 0, error: 'connection refused' });
    await bench.scrape(requests({ orders: 160 }));
    expect(bench.last).toMatchObject({ up: 1, error: '' });
    expect(bench.sink.total(requestsOf)).toBe(60);
    expect(bench.sink.rejections).toEqual([]);
  });

  it('makes no spike of what was counted in a long absence: each hour has its share, beyond five nothing is told, and that is said', async () => {
    const hour = 3_600;
    const away = async (hours: number): Promise<Bench> => {
      const bench = new Bench();
      await bench.scrape(requests({ orders: 100 }) + operations({ a: 0 }));
      bench.restart();
      await bench.scrape(requests({ orders: 100 + hours * hour, cart: hours * hour }) + operations({ a: hours * hour }), hours * hour);
      return bench;
    };
    const inLast = ({ sink, now }: Bench, hours: number): number =>
      [...sink.rows.values()].filter(({ bucket, edge }) => edge.destination.name === 'orders' && bucket * second >= now - hours * hour * second).reduce((sum, { requests: count }) => sum + count, 0);
    const [three, eight] = [await away(3), await away(8)];
    expect(three.sink.total(requestsOf)).toBe(9 * hour);
    expect([inLast(three, 1), inLast(three, 3)].map((count) => Math.round(count / 200) * 200)).toEqual([2 * hour, 6 * hour]);
    expect(three.last.error).toBe('');
    expect(eight.sink.total(requestsOf)).toBe(0);
    expect(eight.last).toMatchObject({ up: 1, error: 'not scraped for 8 h: what was counted meanwhile is not told' });
    await eight.scrape(requests({ orders: 100 + 8 * hour + 5, cart: 8 * hour }) + operations({ a: 8 * hour }));
    eight.restart();
    await eight.scrape(requests({ orders: 100 + 8 * hour + 6, cart: 8 * hour }) + operations({ a: 8 * hour }));
    expect([eight.sink.total(requestsOf), eight.last.error]).toEqual([6, '']);
  });

  it('says that the clock went back, and counts each request once all the same', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 100 }));
    await bench.scrape(requests({ orders: 110 }));
    await bench.scrape(requests({ orders: 125 }), -3600);
    expect(bench.last).toMatchObject({ up: 1, error: expect.stringContaining(`went back behind the scrape before: until it is past ${new Date(start + 30_001).toISOString()}`) });
    await bench.scrape(requests({ orders: 127 }), 3615);
    expect(bench.last.error).toBe('');
    expect(bench.sink.total(requestsOf)).toBe(27);
  });

  it('makes no spike of a series that was missing or unreadable for one page', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 100, cart: 1 }));
    await bench.scrape(requests({ cart: 1 }));
    await bench.scrape(`${requests({ orders: 105 })}istio_requests_total{${labels('cart')}} broken\n`);
    expect(bench.sink.rejections).toMatchObject([{ reason: 'line 2: value is not a number', count: 1, source: 'scrape', target: 'http://10.0.0.1:15020/' }]);
    expect(bench.last).toMatchObject({ received: 2, stored: 1, rejected: 1 });
    await bench.scrape(requests({ orders: 105, cart: 3 }));
    expect(bench.sink.total(requestsOf)).toBe(7);
  });

  it('does not count from 0 what may have stood unread on the page before', async () => {
    const bench = new Bench();
    await bench.scrape(`istio_requests_total{${labels('orders')}} NaN\n`);
    expect(bench.last).toMatchObject({ received: 1, stored: 0, rejected: 1 });
    bench.restart();
    await bench.scrape(requests({ orders: 1_000_000 }));
    await bench.scrape(requests({ orders: 1_000_005 }));
    expect(bench.sink.total(requestsOf)).toBe(5);
  });
});

describe('limits', () => {
  it('drops series beyond the limit by name, and does not count them from 0 later', async () => {
    const bench = new Bench({ series: 2 });
    await bench.scrape(requests({ a: 10, b: 10, c: 10 }));
    expect(bench.last).toMatchObject({ received: 3, stored: 2, dropped: 1, error: '1 series beyond the limit of series per target or in total' });
    for (let hours = 0; hours < 2; hours++) await bench.scrape(requests({ b: 10, c: 10 }), 3500);
    await bench.scrape(requests({ b: 11, c: 12 }), 15);
    await bench.scrape(requests({ b: 11, c: 13 }), 15);
    expect(bench.sink.total(requestsOf)).toBe(2);
  });

  it('holds the limit of all targets together', async () => {
    const bench = new Bench({ total: 1 });
    await bench.scrape(requests({ a: 10, b: 10 }));
    expect(bench.last).toMatchObject({ stored: 1, dropped: 1 });
  });

  it('calls services beyond the limit by one name, and still after a restart', async () => {
    const host = (name: string, count: number): string => `istio_requests_total{reporter="source",source_workload="web",source_workload_namespace="shop",destination_service="${name}",destination_service_name="${name}",request_protocol="http",response_code="200"} ${count}\n`;
    const bench = new Bench({ services: 1 });
    await bench.scrape(host('api.example.com', 1));
    await bench.scrape(host('api.example.com', 2) + host('x1.example.com', 3) + host('x2.example.com', 4));
    bench.restart();
    await bench.scrape(host('x2.example.com', 5) + host('api.example.com', 3) + host('x1.example.com', 4));
    const services = new Map<string, number>();
    for (const row of bench.sink.rows.values()) services.set(row.edge.service, (services.get(row.edge.service) ?? 0) + row.requests);
    expect(services).toEqual(new Map([['api.example.com', 2], [otherService, 9]]));
  });
});

describe('exactly once', () => {
  it('stores names, then the state, then the rows', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 1 }));
    await bench.scrape(requests({ orders: 2, cart: 1 }));
    expect(bench.sink.calls).toEqual(['seriesNames', 'scrapeState', 'seriesNames', 'scrapeState', 'edgeTraffic']);
  });

  it('reports what it could not store, tries that again first, and counts it then', async () => {
    const bench = new Bench();
    await bench.scrape(requests({ orders: 1 }));
    bench.sink.fate = (call) => (call === 'edgeTraffic' ? 'fail' : 'store');
    await bench.scrape(requests({ orders: 3 }));
    expect(bench.last).toMatchObject({ up: 1, received: 0, stored: 0, error: 'the store is not available' });
    await bench.scrape(requests({ orders: 4 }));
    expect(bench.last).toMatchObject({ received: 0, error: 'not scraped: the store is not available' });
    bench.sink.fate = () => 'store';
    await bench.scrape(requests({ orders: 6 }));
    expect(bench.last).toMatchObject({ received: 2, stored: 2, error: '' });
    expect(bench.sink.total(requestsOf)).toBe(5);
  });

  it.each(['seriesNames', 'scrapeState', 'edgeTraffic'])('loses and doubles nothing when killed at %s, before or after it is stored', async (step) => {
    for (const fate of ['kill', 'storeAndKill'] as const) {
      const bench = new Bench();
      await bench.scrape(requests({ orders: 100 }));
      await bench.scrape(requests({ orders: 110 }));
      await killedAt(bench, step, fate, requests({ orders: 125, cart: 5 }));
      await bench.scrape(requests({ orders: 150, cart: 6 }));
      expect(bench.sink.total(requestsOf)).toBe(56);
    }
  });

  it('gives the same total whatever fails, dies or is left out, for all that was still counting', async () => {
    const step = fc.record({
      orders: fc.nat(20), cart: fc.nat(20),
      fates: fc.record({ seriesNames: fate, scrapeState: fate, edgeTraffic: fate }),
      restart: fc.boolean(), away: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const bench = new Bench();
      let orders = 1000, cart = 0;
      await bench.scrape(requests({ orders }));
      for (const { orders: more, cart: newer, fates, restart, away } of steps) {
        orders += more;
        cart += newer;
        const page = away ? new Error('away') : requests({ orders, ...cart > 0 ? { cart } : {} });
        await scrapeWith(bench, page, fates);
        if (restart) bench.restart();
      }
      bench.sink.fate = () => 'store';
      await bench.scrape(requests({ orders, ...cart > 0 ? { cart } : {} }));
      expect(bench.sink.total(requestsOf)).toBe(orders - 1000 + cart);
      expect([...bench.sink.rows.values()].every((row) => row.requests >= 0 && row.requestsSecured === row.requests)).toBe(true);
    }), { numRuns: 150 });
  });
});

describe('operations', () => {
  it('are told by the minute beside the rows of their edge, which count them once', async () => {
    const bench = new Bench();
    await bench.scrape(operations({ a: 100, b: 1 }));
    await bench.scrape(operations({ a: 130, b: 2 }), 60);
    expect(bench.sink.total(requestsOf)).toBe(31);
    const told = [...bench.sink.operations.values()];
    expect(new Set(told.map((row) => row.operation))).toEqual(new Set(['GET /a', 'GET /b']));
    expect(told.every((row) => row.bucket % 60 === 0)).toBe(true);
    expect(told.reduce((sum, row) => sum + row.requests, 0)).toBe(31);
  });

  it('come to the same total whatever fails or dies', async () => {
    const step = fc.record({ a: fc.nat(20), b: fc.nat(20), fates: fc.record({ scrapeState: fate, edgeTraffic: fate, edgeOperations: fate }), restart: fc.boolean() });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const bench = new Bench();
      let a = 1000, b = 1000;
      await bench.scrape(operations({ a, b }));
      for (const { a: more, b: newer, fates, restart } of steps) {
        a += more;
        b += newer;
        await scrapeWith(bench, operations({ a, b }), fates);
        if (restart) bench.restart();
      }
      bench.sink.fate = () => 'store';
      await bench.scrape(operations({ a, b }));
      const total = (name: string): number => [...bench.sink.operations.values()].reduce((sum, row) => sum + (row.operation === name ? row.requests : 0), 0);
      expect([total('GET /a'), total('GET /b')]).toEqual([a - 1000, b - 1000]);
    }), { numRuns: 80 });
  });
});

const fate = fc.constantFrom<Fate>('store', 'store', 'fail', 'storeAndFail', 'kill', 'storeAndKill');

/** One scrape in which each call has its fate; a killed process is started anew. */
async function scrapeWith(bench: Bench, page: string | Error, fates: Readonly<Record<string, Fate>>): Promise<void> {
  const killed = new Promise<void>((resolve) => { bench.sink.onKill = resolve; });
  bench.sink.fate = (call) => fates[call] ?? 'store';
  let dead = false;
  await Promise.race([bench.scrape(page), killed.then(() => { dead = true; })]);
  if (dead) bench.restart();
}

async function killedAt(bench: Bench, step: string, how: Fate, page: string): Promise<void> {
  await scrapeWith(bench, page, { [step]: how });
  bench.sink.fate = () => 'store';
}
