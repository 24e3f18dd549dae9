import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { application, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { envoyLayout, spanLayout } from '@orrery/collectors/model/latency-layout';
import { chooseFeed } from './choose-feed.ts';
import { GraphType, type GraphEdge, type ServiceGraph } from './graph.ts';
import { buildServiceGraph } from './load-graph.ts';
import type { EdgeBucket, EdgeWindow } from './ports.ts';
import { host, orders, reviews1, reviews2, row, t0, web } from './row-fixture.ts';
import { signalSeries } from './signal-series.ts';
import { sumBuckets } from './sum-buckets.ts';

/**
 * The waist's merge rules over rows of any sort: any order and any split gives the same answer, and any subset of
 * instruments, sides or feeds the same or a declared weaker one. Weaker means: fewer edges, signals that are null where
 * they were measured, requests that only the part left out could know of; never an edge or a signal that the whole has not.
 */
const window = { from: t0, to: t0 + 300, step: 10 as const };
const build = (rows: readonly EdgeWindow[], type: GraphType = GraphType.workload): ServiceGraph => buildServiceGraph(rows, { tenant: 't', type, window, now: t0 + 300 });

const named = fc.constantFrom(web, orders, reviews1, reviews2);
const responses = fc.dictionary(fc.constantFrom('http 200 -', 'http 404 -', 'http 503 UH', 'http 503 UF', 'http 403 UAEX', 'http 504 UT', 'http 503 URX', 'grpc 0 -', 'grpc 14 -', 'tcp - -', 'tcp - CONNECT'), fc.integer({ min: 1, max: 50 }));
const spec = {
  service: fc.constantFrom(host('orders'), host('reviews')),
  instrument: fc.constantFrom('proxy' as const, 'log' as const, 'trace' as const, 'flow' as const),
  side: fc.constantFrom('source' as const, 'destination' as const),
  feed: fc.constantFrom('a', 'b'),
  measured: fc.constantFrom(
    Measured.requests | Measured.errors | Measured.latency | Measured.security | Measured.clientErrors,
    Measured.requests | Measured.errors, Measured.connections | Measured.connectionsFailed | Measured.bytes, Measured.drops,
  ),
  responses,
  connectionsOpened: fc.nat(20), connectionsFailed: fc.nat(5), bytesSent: fc.nat(1000), bytesReceived: fc.nat(1000), drops: fc.nat(3),
  requestsSecured: fc.nat(9), requestsPlaintext: fc.nat(9),
  latency: fc.uniqueArray(fc.tuple(fc.nat(19), fc.integer({ min: 1, max: 30 })), { selector: ([index]) => index, minLength: 1 }).map((pairs) => new Map(pairs)),
  layout: fc.constantFrom(envoyLayout, spanLayout),
};
/** Rows whose ends are known to all: dropping some of them cannot change who the others are about. */
const namedRows = fc.array(fc.record({ from: named, to: named, ...spec }).map(row), { maxLength: 24 });
/** Rows with all that makes naming hard. */
const anyEntity = fc.constantFrom(web, orders, reviews1, application('', 'shop', 'web'), application('c', '', 'reviews', 'v1'), unknownEntity, workload('c', 'shop', 'waypoint'));
const anyRows = fc.array(fc.record({
  from: anyEntity, to: anyEntity, ...spec,
  service: fc.constantFrom('', host('orders'), host('reviews')), serviceGuessed: fc.boolean(), port: fc.constantFrom(0, 80),
  side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const),
  intent: fc.constantFrom('primary' as const, 'primary' as const, 'mirror' as const),
  via: fc.constantFrom([], ['waypoint:shop/waypoint']),
}).map(row), { maxLength: 24 });

const counts = ['requests', 'errors', 'requestsEstimated', 'errorsEstimated', 'clientErrors', 'connectionsOpened', 'connectionsFailed', 'bytesSent', 'bytesReceived', 'drops', 'requestsSecured', 'requestsPlaintext'] as const;
const signals = ['requestsPerSecond', 'errorRatio', 'p50Ms', 'p99Ms', 'bytesSentPerSecond', 'bytesReceivedPerSecond', 'connectionsPerSecond', 'connectionsFailedPerSecond'] as const;

const close = (value: number | null): string => (value === null ? 'null' : value.toPrecision(9));
/** What an edge says in numbers. */
function said(edge: GraphEdge): unknown {
  return [edge.id, ...signals.map((signal) => close(edge.signals[signal])), close(edge.mtlsShare), close(edge.clientErrorsPerSecond), edge.responses, edge.health, edge.healthReason];
}
const byId = (graph: ServiceGraph): Map<string, GraphEdge> => new Map(graph.edges.map((edge) => [edge.id, edge]));
const total = (graph: ServiceGraph, value: (edge: GraphEdge) => number | null): number => graph.edges.reduce((sum, edge) => sum + (value(edge) ?? 0), 0) * graph.coveredSeconds;

/** A row in parts, at random: what two targets, two collectors or two tiers make of it. */
function splitAt(one: EdgeWindow, parts: number, seed: number): EdgeWindow[] {
  let state = seed;
  const share = (n: number): number[] => {
    const out = new Array<number>(parts).fill(0);
    for (let rest = n; rest > 0; rest--) out[(state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % parts]!++;
    return out;
  };
  const fields = new Map(counts.map((key) => [key, share(one[key])]));
  // What is estimated goes with what was observed.
  fields.set('requestsEstimated', fields.get('requests')!);
  fields.set('errorsEstimated', fields.get('errors')!);
  const maps = { responses: [...one.responses].map(([key, n]) => [key, share(n)] as const), latency: [...one.latency].map(([key, n]) => [key, share(n)] as const) };
  return Array.from({ length: parts }, (_, part) => ({
    ...one, ...Object.fromEntries(counts.map((key) => [key, fields.get(key)![part]!])),
    responses: new Map(maps.responses.flatMap(([key, list]) => (list[part]! > 0 ? [[key, list[part]!] as const] : []))),
    latency: new Map(maps.latency.flatMap(([key, list]) => (list[part]! > 0 ? [[key, list[part]!] as const] : []))),
  }));
}

describe('any order, any split', () => {
  it('of all rows into parts, in any order and in every graph type, gives the same numbers', () => {
    const places = fc.array(fc.nat(), { minLength: 72, maxLength: 72 });
    fc.assert(fc.property(anyRows, fc.integer({ min: 1, max: 3 }), fc.nat(), places, fc.constantFrom(...Object.values(GraphType)), (rows, parts, seed, place, type) => {
      const split = rows.flatMap((one, i) => splitAt(one, parts, seed + i));
      const shuffled = split.map((one, i) => [place[i]!, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
      expect(build(shuffled, type).edges.map(said)).toEqual(build(rows, type).edges.map(said));
    }), { numRuns: 300 });
  });

  it('of a row of which one part has no requests draws callers at the same service', () => {
    const through = (service: string, more: Partial<Parameters<typeof row>[0]>): EdgeWindow => row({ from: web, to: orders, service: host(service), ...more });
    const calls = row({ from: orders, to: reviews1, service: host('reviews'), requests: 5 }), served = through('orders', { requests: 1 });
    const sent = through('reviews', { side: 'source', requests: 3, measured: Measured.requests | Measured.connections, connectionsOpened: 5 });
    const parts = [{ ...sent, connectionsOpened: 0 }, { ...sent, requests: 0, requestsEstimated: 0 }];
    expect(build([calls, served, ...parts], GraphType.service).edges.map(({ id }) => id)).toEqual(build([calls, served, sent], GraphType.service).edges.map(({ id }) => id));
  });

  it('over buckets gives a series that adds up to the window', () => {
    const told = { from: web, to: web, service: host('reviews'), instrument: 'log' as const };
    // Two rows of one edge and feed, of which the one that measures requests has none.
    const unmeasured = [row({ ...told, measured: Measured.requests | Measured.errors }), row({ ...told, measured: Measured.connections | Measured.bytes, responses: { 'http 200 -': 1 } })];
    fc.assert(fc.property(namedRows, fc.nat(), (rows, seed) => {
      const buckets = rows.flatMap((one, i) => splitAt(one, 6, seed + i).map((part, k): EdgeBucket => {
        const bucket = t0 + 10 * ((seed + k) % 30);
        return { ...part, bucket, firstBucket: bucket, lastBucket: bucket };
      }));
      // Of one edge, side and feed a window is read as one row, which measures what any of its buckets does.
      const whole = build(sumBuckets(buckets).map(({ row: one }) => one)), series = signalSeries(buckets, window);
      const sum = (list: readonly (number | null)[]): number => list.reduce<number>((a, b) => a + (b ?? 0), 0) * window.step;
      // Connection failures (UF) are compared bucket by bucket: a series may count one that the window matches with the other side.
      const uf = rows.some((one) => [...one.responses].some(([key]) => key.includes('UF')));
      if (uf) expect(sum(series.requestsPerSecond)).toBeGreaterThanOrEqual(total(whole, (edge) => edge.signals.requestsPerSecond) - 1e-6);
      else expect(sum(series.requestsPerSecond)).toBeCloseTo(total(whole, (edge) => edge.signals.requestsPerSecond), 6);
      expect(sum(series.bytesPerSecond)).toBeCloseTo(total(whole, (edge) => (edge.signals.bytesSentPerSecond ?? 0) + (edge.signals.bytesReceivedPerSecond ?? 0)), 6);
    }), { numRuns: 200, examples: [[unmeasured, 0]] });
  });

  it('over buckets in which not everybody tells gives the requests and errors of the window', () => {
    const ofOneEdge = fc.array(fc.record({ ...spec, from: fc.constant(web), to: fc.constantFrom(orders, reviews1), service: fc.constant(host('orders')), instrument: fc.constant('proxy' as const), feed: fc.constant('a') }).map(row), { maxLength: 8 });
    fc.assert(fc.property(ofOneEdge, fc.nat(), (rows, seed) => {
      const told = rows.filter((one) => ![...one.responses].some(([key]) => key.includes('UF'))).map((one) => ({ ...one, measured: Measured.requests | Measured.errors | Measured.clientErrors }));
      const buckets = told.flatMap((one, i) => splitAt(one, 6, seed + i).map((part, k): EdgeBucket => {
        const bucket = t0 + 10 * ((seed + k * (1 + (i % 3))) % 30);
        return { ...part, bucket, firstBucket: bucket, lastBucket: bucket };
      }));
      const whole = build(sumBuckets(buckets).map(({ row: one }) => one)), series = signalSeries(buckets, window);
      const sum = (list: readonly (number | null)[]): number => list.reduce<number>((a, b) => a + (b ?? 0), 0) * window.step;
      expect(sum(series.requestsPerSecond)).toBeCloseTo(total(whole, (edge) => edge.signals.requestsPerSecond), 6);
      expect(sum(series.errorsPerSecond)).toBeCloseTo(total(whole, (edge) => (edge.signals.requestsPerSecond ?? 0) * (edge.signals.errorRatio ?? 0)), 6);
    }), { numRuns: 200 });
  });

  it('graph types draw the same requests', () => {
    fc.assert(fc.property(namedRows, (rows) => {
      // One instrument: several may speak for parts of what is one edge in a coarser graph.
      const told = rows.filter((one) => one.instrument === 'proxy');
      const requests = (type: GraphType): number => total(build(told, type), (edge) => edge.signals.requestsPerSecond);
      for (const type of [GraphType.app, GraphType.versionedApp, GraphType.service]) expect(requests(type)).toBeCloseTo(requests(GraphType.workload), 6);
    }));
  });
});

describe('any subset', () => {
  const instruments = fc.subarray(['proxy', 'log', 'trace', 'flow']);
  /** The whole has all that the part has: edges, and signals that are measured. */
  function isWeaker(part: ServiceGraph, whole: ServiceGraph): void {
    const edges = byId(whole);
    for (const edge of part.edges) {
      const same = edges.get(edge.id);
      expect(same, 'an edge that the whole has not').toBeDefined();
      for (const signal of signals) {
        // A ratio is of what is told as requests, whoever tells that: the first to count requests may not know how many failed.
        if (signal === 'errorRatio') continue;
        if (edge.signals[signal] !== null) expect(same!.signals[signal], `${signal} is measured in the part alone`).not.toBeNull();
      }
    }
  }

  it('of instruments: what the first of them measures is told the same, the rest is null', () => {
    const order = ['proxy', 'log', 'trace', 'flow'];
    const bits = [['requestsPerSecond', Measured.requests], ['connectionsPerSecond', Measured.connections], ['bytesSentPerSecond', Measured.bytes]] as const;
    // What does not depend on the time that is covered.
    const shares: readonly (readonly [(edge: GraphEdge) => unknown, number])[] = [
      [({ signals: { p50Ms, p90Ms, p99Ms, latencyApproximate } }) => [p50Ms, p90Ms, p99Ms, latencyApproximate], Measured.latency], [({ mtlsShare }) => mtlsShare, Measured.security],
    ];
    // Of several feeds one speaks for an instrument's side, even where another measures more (rule 1).
    const heard = (rows: readonly EdgeWindow[]): EdgeWindow[] => rows.filter((one) => one.feed === chooseFeed(rows.filter(({ instrument, side }) => instrument === one.instrument && side === one.side)));
    fc.assert(fc.property(namedRows, instruments, (rows, kept) => {
      const subset = rows.filter((one) => kept.includes(one.instrument));
      const part = build(subset), whole = build(rows);
      isWeaker(part, whole);
      const stored = new Map<string, EdgeWindow[]>();
      for (const one of rows) stored.set(one.edgeId, [...stored.get(one.edgeId) ?? [], one]);
      const edges = byId(whole);
      for (const edge of part.edges) {
        const all = edges.get(edge.id)!;
        const told = all.edgeIds.flatMap((id) => heard(stored.get(id) ?? []));
        for (const [signal, bit] of bits) {
          const first = order.find((instrument) => told.some((one) => one.instrument === instrument && (one.measured & bit) !== 0));
          if (first !== undefined && kept.includes(first)) expect(close((edge.signals[signal] ?? 0) * part.coveredSeconds)).toBe(close((all.signals[signal] ?? 0) * whole.coveredSeconds));
        }
        for (const [tells, bit] of shares) {
          const first = order.find((instrument) => told.some((one) => one.instrument === instrument && (one.measured & bit) !== 0));
          if (first !== undefined && kept.includes(first)) expect(tells(edge)).toEqual(tells(all));
        }
      }
    }), { numRuns: 300 });
  });

  it('of sides: the destination alone lacks only what never reached it, the source alone what only others know', () => {
    fc.assert(fc.property(namedRows, (mixed) => {
      const rows = mixed.filter((one) => one.instrument === 'proxy');
      const whole = build(rows);
      const there = build(rows.filter((one) => one.side === 'destination')), here = build(rows.filter((one) => one.side === 'source'));
      isWeaker(there, whole);
      isWeaker(here, whole);
      const edges = byId(whole);
      for (const edge of there.edges) {
        const all = edges.get(edge.id)!;
        if (edge.signals.requestsPerSecond !== null) expect(all.signals.requestsPerSecond! * whole.coveredSeconds).toBeGreaterThanOrEqual(edge.signals.requestsPerSecond * there.coveredSeconds - 1e-6);
        expect(edge.clientErrorsPerSecond ?? 0).toBe(0);
      }
      for (const edge of here.edges) if (edge.signals.requestsPerSecond !== null) expect(edge.mtlsShare, 'an Envoy source cannot know').toSatisfy((share: number | null) => share === null || edge.signals.connectionsPerSecond !== null);
    }), { numRuns: 300 });
  });

  it('of tellers, whichever: a number differs only where evidence says that one spoke who was left out', () => {
    const sides = ['source', 'destination', 'middle'] as const, tellers = ['proxy', 'log', 'trace', 'flow'].flatMap((instrument) => sides.map((side) => `${instrument} ${side}`));
    const told = fc.array(fc.record({ from: named, to: named, ...spec, side: fc.constantFrom(...sides), feed: fc.constant('a') }).map(row), { maxLength: 24 });
    const usedFor = { requestsPerSecond: ['requests', 'clientErrors'], bytesSentPerSecond: ['bytes'], connectionsPerSecond: ['connections', 'connectionFailures'] } as const;
    let same = 0, differing = 0;
    fc.assert(fc.property(told, fc.subarray(tellers), (rows, kept) => {
      const part = build(rows.filter(({ instrument, side }) => kept.includes(`${instrument} ${side}`))), whole = build(rows), edges = byId(whole);
      isWeaker(part, whole);
      for (const edge of part.edges) {
        const all = edges.get(edge.id)!;
        expect(edge.evidence.every(({ instrument, side }) => kept.includes(`${instrument} ${side}`))).toBe(true);
        for (const [signal, uses] of Object.entries(usedFor) as [keyof typeof usedFor, readonly string[]][]) {
          if (close((edge.signals[signal] ?? 0) * part.coveredSeconds) === close((all.signals[signal] ?? 0) * whole.coveredSeconds)) {
            same++;
            continue;
          }
          differing++;
          const missing = all.evidence.filter((one) => !kept.includes(`${one.instrument} ${one.side}`) && one.usedFor.some((use) => uses.includes(use)));
          expect(missing.length, `${signal} differs, and nobody who spoke for it is missing`).toBeGreaterThan(0);
        }
      }
    }), { numRuns: 600 });
    // Some tens of each: the property says something of both.
    expect(Math.min(same, differing)).toBeGreaterThan(5);
  });

  it('of sides: requests are what was served, and of the source what never left it; what it alone saw besides is beside them', () => {
    // Rule 2 in plain words (design §1), without any of its code.
    const neverLeft = ['UH', 'UAEX'], isError = (key: string): boolean => /^http 5|^grpc 14/.test(key);
    const ofOneEdge = fc.array(fc.record({
      ...spec, from: fc.constant(web), to: fc.constant(orders), service: fc.constant(host('orders')), instrument: fc.constant('proxy' as const), feed: fc.constant('a'),
      side: fc.constantFrom('source' as const, 'destination' as const, 'middle' as const), measured: fc.constant(Measured.requests | Measured.errors | Measured.clientErrors),
    }).map(row), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(ofOneEdge, (rows) => {
      const by = (side: string): EdgeWindow[] => rows.filter((one) => one.side === side);
      const serving = [by('destination'), by('middle'), by('source')].find((some) => some.length > 0)!;
      const countsOf = (some: readonly EdgeWindow[]): Map<string, number> => some.flatMap((one) => [...one.responses]).reduce((sums, [key, n]) => sums.set(key, (sums.get(key) ?? 0) + n), new Map<string, number>());
      const served = countsOf(serving);
      let [requests, errors, beside] = [0, 0, 0];
      for (const one of serving) [requests, errors] = [requests + one.requests, errors + one.errors];
      for (const [key, count] of serving[0]!.side === 'source' ? [] : countsOf(by('source'))) {
        const [kind, , flag = '-'] = key.split(' ');
        if (kind === 'tcp' || flag === '-') continue;
        const stayed = neverLeft.includes(flag) ? count : flag === 'UF' ? Math.max(0, count - (served.get(key) ?? 0)) : 0;
        requests += stayed;
        errors += isError(key) ? stayed : 0;
        if (!neverLeft.includes(flag) && flag !== 'UF') beside += count;
      }
      const graph = build(rows), [edge] = graph.edges;
      expect(graph.edges).toHaveLength(1);
      expect((edge!.signals.requestsPerSecond ?? 0) * graph.coveredSeconds).toBeCloseTo(requests, 6);
      expect((edge!.signals.errorRatio ?? 0) * requests).toBeCloseTo(errors, 6);
      expect((edge!.clientErrorsPerSecond ?? 0) * graph.coveredSeconds).toBeCloseTo(beside, 6);
    }), { numRuns: 500 });
  });

  it('of feeds: a second delivery of all or part of the story changes no number', () => {
    fc.assert(fc.property(namedRows, fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (mixed, copied) => {
      const rows = mixed.map((one) => ({ ...one, feed: 'a' }));
      const again = rows.flatMap((one, i) => (copied[i] ? [{ ...one, feed: 'z' }] : []));
      expect(build([...rows, ...again]).edges.map(said)).toEqual(build(rows).edges.map(said));
    }), { numRuns: 300 });
  });

  it('mirrored and probing traffic changes no number', () => {
    fc.assert(fc.property(namedRows, fc.constantFrom('mirror' as const, 'probe' as const), (rows, intent) => {
      const more = rows.map((one) => ({ ...one, intent }));
      expect(build([...rows, ...more]).edges.map(said)).toEqual(build(rows).edges.map(said));
    }));
  });
});
