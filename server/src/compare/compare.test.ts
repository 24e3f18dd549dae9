import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCommand } from '../commands/compare.ts';
import { compareWithKiali, compareWithPrometheus, summarise, type Circumstances, type Difference } from './compare-edges.ts';
import { WorkloadsBehind, type EdgeNumbers } from './edge-numbers.ts';
import { agreeWithin, explainDifference, type DifferenceFacts } from './explain-difference.ts';
import { addWorkloadsBehind, decodeKialiGraph, type KialiEdge } from './kiali-edges.ts';
import type { EdgeWitness, OrreryEdges } from './orrery-edges.ts';
import { decodeVector, type Sample } from './prometheus-client.ts';
import { instancesOfEdges, prometheusEdges, prometheusQueries } from './prometheus-edges.ts';
import { renderComparisonText } from './render-comparison.ts';
import { unscrapedTargets, type ScrapeHistory } from './unscraped.ts';

const range = { from: 1_800_000_000, to: 1_800_000_600 };
const circumstances: Circumstances = { theirIntervalSeconds: 15, theirSeconds: 600, theirSamples: 40, theirDown: 0, ourDown: 0, unscraped: unscrapedTargets({ targets: [], truncated: false }, new Map(), range), targetsOf: () => Promise.resolve([]), countsOf: () => Promise.resolve(null) };
const proxies: EdgeWitness = { instruments: ['proxy'], sampleRate: 1, clientOutcomes: 0, atSource: null, via: [] };
const witness = (more: Partial<EdgeWitness> = {}) => () => Promise.resolve({ ...proxies, ...more });

function orrery(edges: Record<string, Partial<EdgeNumbers>>): OrreryEdges {
  return {
    edges: new Map(Object.entries(edges).map(([name, numbers], i) => [name, { id: `e${i}`, name, numbers: { ...nothing, ...numbers } }])),
    namespaces: ['shop'], ...range, coveredSeconds: 600,
  };
}

const nothing: EdgeNumbers = { requests: null, errors: null, connections: null, bytes: null };
const labels = (more: Record<string, string> = {}): Record<string, string> => ({
  reporter: 'destination', source_workload_namespace: 'shop', source_workload: 'web', destination_workload_namespace: 'shop', destination_workload: 'orders', request_protocol: 'http', response_code: '200', response_flags: '-', ...more,
});
const answers = (increase: readonly Sample[], more: Partial<Record<'exact' | 'first' | 'resets' | 'samples', readonly Sample[]>> = {}): Parameters<typeof prometheusEdges>[0] =>
  (['increase', 'exact', 'first', 'resets', 'samples'] as const).map((measure) => ({ metric: 'istio_requests_total', measure, samples: measure === 'increase' ? increase : more[measure] ?? (measure === 'exact' ? increase : []) }));

describe('what Prometheus says of an edge', () => {
  it('is the destination’s count and what never left the source', () => {
    const edges = prometheusEdges(answers([
      { labels: labels(), value: 1_000 },
      { labels: labels({ reporter: 'source' }), value: 1_001 },
      { labels: labels({ reporter: 'source', response_code: '503', response_flags: 'UH' }), value: 40 },
      { labels: labels({ reporter: 'source', response_code: '504', response_flags: 'UT' }), value: 90 },
      { labels: labels({ reporter: 'source', response_code: '503', response_flags: 'UF,URX' }), value: 10 },
      { labels: labels({ response_code: '503', response_flags: 'UF,URX' }), value: 4 },
    ]));
    expect(edges.get('shop/web → shop/orders')).toMatchObject({ requests: { increase: 1_050 }, errors: { increase: 50 } });
  });

  it('names ends as Orrery does', () => {
    const named = (more: Record<string, string>): string => [...prometheusEdges(answers([{ labels: labels({ reporter: 'source', ...more }), value: 1 }])).keys()][0]!;
    const nowhere = { destination_workload: 'unknown', destination_workload_namespace: 'unknown' };
    expect(named({ ...nowhere, destination_service: 'PassthroughCluster', destination_service_name: 'PassthroughCluster' })).toBe('shop/web → external:PassthroughCluster');
    expect(named({ ...nowhere, destination_service: 'api.example.com' })).toBe('shop/web → external:api.example.com');
    expect(named({ ...nowhere, destination_service: 'cart.pay.svc.cluster.local' })).toBe('shop/web → pay/cart');
    expect(named({ source_workload: 'unknown', source_workload_namespace: 'unknown' })).toBe('unknown → shop/orders');
  });

  it('is asked in twenty queries, whatever the size of the mesh; namespaces are quoted', () => {
    const queries = prometheusQueries(['a"}', 'b'], { from: 1_800_000_000, to: 1_800_000_600 });
    expect(queries).toHaveLength(20);
    expect(queries[0]?.query).toContain('source_workload_namespace=~"a\\"\\\\}|b"');
    expect(queries[0]?.query).toContain('[600s] @ 1800000600');
  });

  it('is read only from an instant vector', () => {
    expect(decodeVector({ status: 'success', data: { resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1, '2.5'] }, { metric: {}, value: [1, 'NaN'] }, 7] } })).toEqual([{ labels: { a: 'b' }, value: 2.5 }]);
    fc.assert(fc.property(fc.jsonValue(), (value) => { expect(() => decodeVector(value)).not.toThrow(); }));
  });
});

describe('why numbers differ', () => {
  const facts = (more: Partial<DifferenceFacts>): DifferenceFacts => ({ ours: 1_000, theirs: 1_000, windowSeconds: 600, coveredSeconds: 600, intervalSeconds: 25, witness: proxies, reach: null, ...more });
  const causes = (more: Partial<DifferenceFacts>): readonly string[] => explainDifference(facts(more)).reasons.map(({ cause }) => cause);

  it.each([
    ['extrapolation', { ours: 10_000, theirs: 11_000, extrapolated: 1_000 }],
    ['firstSample', { ours: 5_000, theirs: 4_000, extrapolated: 0, first: 1_000 }],
    ['counterReset', { theirs: 970, extrapolated: 670, resets: 1 }],
    ['sourceSide', { ours: 1_000, theirs: 800, atSource: 800 }],
    ['coverage', { ours: 10_000, theirs: 5_000, theirSeconds: 300 }],
    ['doubleCount', { ours: 1_000, theirs: 1_400, addsClientOutcomes: true, witness: { ...proxies, clientOutcomes: 400 } }],
    ['rounding', { ours: 2, theirs: 6, resolution: 6 }],
    ['coverage', { ours: 5_000, theirs: 10_000, coveredSeconds: 300 }],
    ['windowEdges', { ours: 1_000, theirs: 1_050, reach: { low: 990, high: 1_060 } }],
    ['otherInstrument', { theirs: 0, witness: { ...proxies, instruments: ['trace'] } }],
    ['sampling', { ours: 1_000, theirs: 300, witness: { ...proxies, sampleRate: 100 } }],
  ] as const)('%s', (cause, more) => {
    expect(causes(more)).toEqual([cause]);
    expect(explainDifference(facts(more)).unexplained).toBe(0);
  });

  // The proxy had counted 1,000 before its restart; 4 s lie between two scrapes of either, or 15 of one and 10 of the other.
  it.each([[30, 4, 65], [30, 25, 500], [600, 25, 400]])('a reset that was counted as a jump is explained by no reset: %i s, scraped every %i s', (windowSeconds, intervalSeconds, counted) => {
    for (const [ours, theirs] of [[counted + 1_000, counted], [counted, counted + 1_000]] as const) {
      expect(explainDifference(facts({ ours, theirs, windowSeconds, intervalSeconds, coveredSeconds: windowSeconds, resets: 1 })).unexplained, `${ours} ${theirs}`).not.toBe(0);
    }
  });

  it.each([[30, 4], [30, 15], [600, 25]])('what either lost at a reset is: %i s, scraped every %i s', (windowSeconds, intervalSeconds) => {
    fc.assert(fc.property(fc.integer({ min: 100, max: 1e5 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (counted, mine, other) => {
      const without = (share: number): number => counted * (1 - (share * intervalSeconds) / windowSeconds);
      expect(explainDifference(facts({ ours: without(mine), theirs: without(other), windowSeconds, intervalSeconds, coveredSeconds: windowSeconds, resets: 1 })).unexplained).toBe(0);
    }));
  });

  it('one restart is one, however many series of the proxy were reset by it', () => {
    const series = ['200', '404', '500'].map((code) => ({ labels: labels({ response_code: code }), value: 1 }));
    expect(prometheusEdges(answers(series, { resets: series })).get('shop/web → shop/orders')).toMatchObject({ requests: { increase: 3, resets: 1 }, errors: { resets: 1 } });
    expect(prometheusQueries([], range).filter(({ measure }) => measure === 'resets').every(({ query }) => query.startsWith('max by'))).toBe(true);
  });

  it('reasons and the unexplained rest add up to the difference, and equal numbers agree', () => {
    const count = fc.integer({ min: 0, max: 1e6 });
    fc.assert(fc.property(count, count, count, count, fc.nat(3), (ours, theirs, grown, first, resets) => {
      const { agrees, reasons, unexplained } = explainDifference(facts({ ours, theirs, extrapolated: theirs - grown, first, resets }));
      const rest = ours - theirs - reasons.reduce((sum, { amount }) => sum + amount, 0);
      if (ours === theirs) expect(agrees).toBe(true);
      if (unexplained !== 0) expect(unexplained).toBeCloseTo(rest, 6);
      else expect(Math.abs(rest)).toBeLessThanOrEqual(agreeWithin(Math.max(ours, theirs)));
    }));
  });
});

describe('edge by edge', () => {
  it('reports a difference that nothing explains, and edges that one side lacks', async () => {
    const ours = orrery({ 'shop/web → shop/orders': { requests: 5_000, errors: 0 }, 'shop/web → shop/cart': { requests: 700, errors: 0 } });
    const theirs = prometheusEdges(answers([{ labels: labels(), value: 2_000 }, { labels: labels({ destination_workload: 'mail' }), value: 300 }]));
    const differences = await compareWithPrometheus(ours, theirs, witness(), circumstances);
    expect(differences.map(({ edge, unexplained }) => [edge, Math.sign(unexplained)])).toEqual([['shop/web → shop/cart', 1], ['shop/web → shop/mail', -1], ['shop/web → shop/orders', 1]]);
    const comparison = summarise(ours, [{ peer: 'prometheus', differences }], []);
    expect(comparison.summaries).toEqual([{ peer: 'prometheus', compared: 3, agreeing: 0, explained: 0, unexplained: 3 }]);
    expect(renderComparisonText(comparison)).toContain('prometheus: 3 numbers compared, 0 agree, 0 differ for known reasons, 3 unexplained');
  });

  it('knows proxies that Prometheus did not reach all the time, by the samples of their series', async () => {
    const ours = orrery({ 'shop/web → shop/orders': { requests: 6_000, errors: 0 }, 'shop/web → shop/cart': { requests: 6_000, errors: 0 } });
    const cart = labels({ destination_workload: 'cart' }), counted = (samples: number): Sample[] => [{ labels: labels(), value: samples }, { labels: cart, value: 40 }];
    const told = prometheusEdges(answers([{ labels: labels(), value: 3_000 }, { labels: cart, value: 3_000 }], { samples: counted(20) }));
    expect(told.get('shop/web → shop/orders')?.requests).toMatchObject({ samples: 20 });
    const found = await compareWithPrometheus(ours, told, witness(), circumstances);
    expect(found.map(({ edge, reasons, unexplained }) => [edge, reasons.map(({ cause }) => cause), Math.round(unexplained)])).toEqual([['shop/web → shop/cart', [], 3_000], ['shop/web → shop/orders', ['coverage'], 0]]);
  });

  it('knows an edge whose hops they tell, and takes no other number for it', async () => {
    const ours = orrery({ 'shop/web → shop/orders': { requests: 0, errors: 0, connections: 110 } });
    const hop = answers([{ labels: labels({ destination_workload: 'waypoint' }), value: 206 }]), connections = hop.map((answer) => ({ ...answer, metric: 'istio_tcp_connections_opened_total' as const }));
    const of = async (told: ReturnType<typeof prometheusEdges>): Promise<unknown> => (await compareWithPrometheus(ours, told, witness({ via: ['waypoint:shop/waypoint'] }), circumstances)).filter(({ edge }) => edge === 'shop/web → shop/orders').map(({ reasons, unexplained }) => [reasons.map(({ text }) => text), unexplained]);
    expect(await of(prometheusEdges(connections))).toEqual([[['there it is told of shop/web → shop/waypoint'], 0]]);
    expect(await of(prometheusEdges(hop))).toEqual([[[], 110]]);
  });

  it('knows hops through a waypoint, and targets that are down', async () => {
    const ours = orrery({ 'shop/web → shop/orders': { requests: 600, errors: 0 } });
    const hop = prometheusEdges(answers([{ labels: labels(), value: 600 }, { labels: labels({ destination_workload: 'waypoint' }), value: 600 }]));
    expect((await compareWithPrometheus(ours, hop, witness({ via: ['waypoint:shop/waypoint'] }), circumstances)).map(({ reasons }) => reasons[0]?.cause)).toEqual(['throughWaypoint']);
    expect((await compareWithPrometheus(ours, prometheusEdges(answers([])), witness(), { ...circumstances, theirDown: 1 })).map(({ reasons }) => reasons[0]?.cause)).toEqual(['unscrapedTarget']);
  });

  describe('knows what Orrery itself did not scrape', () => {
    const orders = labels({ instance: '10.0.0.1:15020' }), mail = labels({ destination_workload: 'mail', instance: '10.0.0.2:15020' });
    const told = prometheusEdges(answers([{ labels: orders, value: 1_000 }, { labels: mail, value: 600 }]));
    const ours = orrery({ 'shop/web → shop/orders': { requests: 490, errors: 0 } });
    const instances = instancesOfEdges([orders, mail].map((one) => ({ labels: one, value: 1 })));
    const gap = (from: number, to: number, error = ''): object => ({ fromMs: (range.from + from) * 1000, toMs: (range.from + to) * 1000, error });
    const compared = async (targets: Record<string, readonly object[]>, known = instances): Promise<string[]> => {
      const history = { truncated: false, targets: Object.entries(targets).map(([target, gaps]) => ({ target, gaps })) } as ScrapeHistory;
      const found = await compareWithPrometheus(ours, told, witness(), { ...circumstances, unscraped: unscrapedTargets(history, known, range) });
      return found.map(({ edge, reasons, unexplained }) => `${edge}: ${reasons.map(({ cause, text }) => `${cause} ${text}`).join()} ${Math.round(unexplained)}`);
    };
    const [a, b] = ['http://10.0.0.1:15020/stats/prometheus', 'http://10.0.0.2:15020/stats/prometheus'];

    it('at the end of the window, and all the time', async () => {
      expect(await compared({ [a]: [gap(300, 600, 'refused')], [b]: [gap(0, 600)] })).toEqual([
        'shop/web → shop/mail: unscrapedTarget Orrery did not scrape 10.0.0.2:15020 from 08:00:00 to 08:10:00 0',
        'shop/web → shop/orders: unscrapedTarget Orrery did not scrape 10.0.0.1:15020 from 08:05:00 to 08:10:00 (refused) 0',
      ]);
    });

    it('of this edge and no other, no more than it missed, and not in the middle, for the next scrape tells that', async () => {
      expect(await compared({ [a]: [], [b]: [gap(0, 600)] })).toContain('shop/web → shop/orders:  -510');
      expect((await compared({ [a]: [gap(500, 600)], [b]: [] })).join()).toMatch(/shop\/orders: unscrapedTarget .* -305/);
      expect((await compared({ [a]: [gap(200, 500)], [b]: [] }))).toContain('shop/web → shop/orders:  -510');
    });

    it('because it is none of its targets; not where labels name no target at all', async () => {
      expect(await compared({ [a]: [gap(300, 600)] })).toContain('shop/web → shop/mail: unscrapedTarget 10.0.0.2:15020 is none of the targets that Orrery scrapes 0');
      expect((await compared({ 'http://elsewhere:15020/': [] })).join()).not.toContain('unscrapedTarget');
    });

    it('by the targets that told Orrery itself of an edge, where no Prometheus tells whose proxies they are', async () => {
      const history = { truncated: false, targets: [{ target: a, gaps: [gap(300, 600, 'refused')] }, { target: b, gaps: [gap(200, 400)] }] } as ScrapeHistory;
      const shown = { namespaces: new Set(['shop']), edges: new Map([['shop/web → shop/orders', { name: 'shop/web → shop/orders', rates: { ...nothing, requests: 1_000 / 600 } }]]) };
      const withTargets = async (targets: readonly string[], requests = 490): Promise<unknown[]> => (await compareWithKiali(orrery({ 'shop/web → shop/orders': { requests, errors: 0 } }), shown, null, witness(), { ...circumstances, unscraped: unscrapedTargets(history, new Map(), range), targetsOf: () => Promise.resolve(targets) }))
        .map(({ reasons: [reason], unexplained }) => [reason?.cause, reason?.text, Math.round(unexplained)]);
      expect(await withTargets([b, a])).toEqual([['unscrapedTarget', `Orrery did not scrape ${a} from 08:05:00 to 08:10:00 (refused)`, 0]]);
      expect((await withTargets([b])).flat()).not.toContain('unscrapedTarget');
      expect((await withTargets([])).flat()).not.toContain('unscrapedTarget');
      // Rather than by what may lie between two scrapes, where it is as little.
      expect([(await withTargets([a], 950)).flat()[0], (await withTargets([b], 950)).flat()[0]]).toEqual(['unscrapedTarget', 'rounding']);
    });

    it('though it is not known whose proxy that was: only of edges that it does not have', async () => {
      expect(await compared({ [b]: [gap(0, 600)] }, new Map())).toEqual([
        'shop/web → shop/orders:  -510', `shop/web → shop/mail: unscrapedTarget Orrery has no such edge, and Orrery did not scrape ${b} from 08:00:00 to 08:10:00 0`,
      ].sort());
    });
  });

  it('never lets an edge’s name write to the terminal', () => {
    const difference: Difference = { edge: 'shop/\u001b[2Jweb → x', id: null, peer: 'kiali', number: 'requests', ours: 1, theirs: 9, reasons: [], unexplained: -8 };
    expect(renderComparisonText(summarise(orrery({}), [{ peer: 'kiali', differences: Object.assign([difference], { compared: 1 }) }], []))).not.toContain('\u001b');
  });
});

const samples = resolve(import.meta.dirname, '../../../../shared/data/kiali-graph/expected');

function kialiGraphOf(body: unknown): ReadonlyMap<string, KialiEdge> | null {
  const behind = new WorkloadsBehind();
  addWorkloadsBehind(body, behind);
  return decodeKialiGraph(body, behind);
}

describe('Kiali', () => {
  const shown = (edges: Record<string, Partial<EdgeNumbers>>): ReadonlyMap<string, KialiEdge> => new Map(Object.entries(edges).map(([name, rates]) => [name, { name, rates: { ...nothing, ...rates } }]));

  it.skipIf(!existsSync(samples))('its graphs are read, every edge between known nodes, and agree with themselves (skipped where kiali-graph is not there)', async () => {
    for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
      const body = JSON.parse(readFileSync(join(samples, file), 'utf8')) as { elements: { edges: { data: { traffic?: { protocol?: string } } }[] } };
      const graph = kialiGraphOf(body)!, isRequests = ({ data }: (typeof body.elements.edges)[number]): boolean => data.traffic?.protocol === 'http' || data.traffic?.protocol === 'grpc';
      const http = body.elements.edges.some(isRequests);
      expect([...graph.values()].reduce((sum, { rates }) => sum + (rates.requests ?? 0), 0), file).toBeGreaterThan(http ? 0 : -1);
      const counted = (rate: number | null): number | null => (rate === null ? null : rate * 600);
      const ours: OrreryEdges = { ...orrery({}), edges: new Map([...graph].map(([name, { rates }]) => [name, { id: name, name, numbers: { requests: counted(rates.requests), errors: counted(rates.errors), connections: null, bytes: counted(rates.bytes) } }])) };
      const namespaces = new Set([...graph.keys()].flatMap((name) => name.split(' → ').map((end) => end.split('/')[0]!)));
      const differences = await compareWithKiali(ours, { namespaces, edges: graph }, null, witness(), circumstances);
      expect(differences, file).toHaveLength(0);
      expect(differences.compared, file).toBeGreaterThanOrEqual(http ? 1 : 0);
    }
  });

  it('tells the source’s count between namespaces, and both within one', async () => {
    const ours = orrery({ 'shop/web → pay/api': { requests: 720, errors: 120 }, 'shop/web → shop/cart': { requests: 600, errors: 60 } });
    const theirs = shown({ 'shop/web → pay/api': { requests: 1, errors: 0 }, 'shop/web → shop/cart': { requests: 1.1, errors: 0.2 } });
    const how: EdgeWitness = { ...proxies, clientOutcomes: 60, atSource: { requests: 600, errors: 0 } };
    const found = await compareWithKiali(ours, { namespaces: new Set(['shop', 'pay']), edges: theirs }, null, witness(how), circumstances);
    expect(found.map(({ edge, number, reasons, unexplained }) => [edge, number, reasons[0]?.cause, unexplained])).toEqual([
      ['shop/web → pay/api', 'requests', 'sourceSide', 0], ['shop/web → pay/api', 'errors', 'sourceSide', 0],
      ['shop/web → shop/cart', 'requests', 'doubleCount', 0], ['shop/web → shop/cart', 'errors', 'doubleCount', 0],
    ]);
  });

  it('is held to nothing in namespaces that it does not show', async () => {
    const ours = orrery({ 'ops/job → ops/db': { requests: 600, errors: 0 }, 'ops/job → shop/cart': { requests: 600, errors: 0 } });
    const found = await compareWithKiali(ours, { namespaces: new Set(['shop']), edges: shown({}) }, null, witness(), circumstances);
    expect(found.map(({ edge }) => edge)).toEqual(['ops/job → shop/cart']);
  });

  it('has bytes of TCP compared, and those of requests not', async () => {
    const ours = orrery({ 'shop/web → shop/db': { bytes: 9_000_000 }, 'shop/web → shop/cart': { requests: 600, errors: 0, bytes: 5_000 } });
    const found = await compareWithKiali(ours, { namespaces: new Set(['shop']), edges: shown({ 'shop/web → shop/db': { bytes: 5_000 }, 'shop/web → shop/cart': { requests: 1, errors: 0 } }) }, null, witness(), circumstances);
    expect(found.map(({ number, theirs }) => [number, theirs])).toEqual([['bytes', 3_000_000]]);
    expect(found.compared).toBe(2);
  });

  it('addresses a service without an answer: its only workload, else the service', () => {
    const node = (id: string, data: object): object => ({ data: { id, namespace: 'shop', ...data } }), edge = (target: string): object => ({ data: { source: 'w', target, traffic: { protocol: 'http', rates: { http: '1.00' } } } });
    const nodes = [node('w', { workload: 'web' }), node('c', { workload: 'cart-v1', destServices: [{ namespace: 'shop', name: 'cart' }] }), node('s', { service: 'cart' }), node('m', { service: 'mail' }), node('x', { namespace: 'unknown', service: 'gone' })];
    const graph = kialiGraphOf({ elements: { nodes, edges: ['c', 's', 'm', 'x'].map(edge) } });
    expect([...(graph ?? [])].map(([name, { rates }]) => [name, rates.requests])).toEqual([['shop/web → shop/cart-v1', 2], ['shop/web → shop/mail', 1], ['shop/web → external:gone', 1]]);
  });

  it('refuses what is no graph, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => { expect(() => kialiGraphOf(value)).not.toThrow(); }));
    expect(kialiGraphOf({ error: 'no' })).toBeNull();
  });
});

describe('orrery compare', () => {
  it.each([
    [[], 'name what to compare with'], [['--prometheus', 'x', '--window', '5s'], 'from 30s to 6h'], [['--kiali', 'x', '--format', 'xml'], 'there is no format xml'], [['--nope'], "Unknown option '--nope'"],
  ])('refuses %j', async (args, reason) => {
    let err = '';
    expect(await compareCommand(args, { stdout: { write: () => true }, stderr: { write: (text: string) => (err += text) } })).toBe(2);
    expect(err).toContain(reason);
  });
});
