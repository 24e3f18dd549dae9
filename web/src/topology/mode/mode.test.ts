import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modes, type Mode } from '../../lib/view-state.ts';
import type { TopologyEdge, TopologyNode } from '../graph/topology.ts';
import { encodeBlast, encodeCost, encodeLatency, encodeStrict, toneOf, tones, type Encoding } from './encode.ts';
import { inOrder, numberOf } from './in-list.ts';
import { monthly } from './money.ts';

const plain = (text: string | undefined): string => (text ?? '').replaceAll('\u202f', ' ');
const edge = (id: string, p99Ms: number | null = null): TopologyEdge => ({
  id, source: id.split('~')[0]!, destination: id.split('~')[1] ?? 'b', protocol: 'http', state: 'healthy', reason: '', rps: 1, errorRatio: 0, p50Ms: null, p90Ms: null, p99Ms,
  bytesPerSecond: null, connectionsPerSecond: null, openConnections: null, mtlsShare: null, confidence: 1, lastSeen: 0, change: null,
});
const byId = (edges: readonly TopologyEdge[]): ReadonlyMap<string, TopologyEdge> => new Map(edges.map((one) => [one.id, one]));
const noNodes: ReadonlyMap<string, TopologyNode> = new Map();

describe('latency', () => {
  it.each([[null, 'none'], [0, 'level1'], [9.9, 'level1'], [10, 'level2'], [199, 'level3'], [200, 'level4'], [1000, 'level5'], [60_000, 'level5']])('p99 of %s ms is %s', (p99, tone) => {
    expect(encodeLatency({ edges: byId([edge('a~b', p99)]), nodes: noNodes }).edges.get('a~b')?.tone).toBe(tone);
  });

  it('paints a line of several edges as the slowest of them', () => {
    const members = [edge('a~b', 5), edge('a~c', 300), edge('a~d', null), edge('a~e', 20)];
    const encoding = encodeLatency({ edges: byId(members), nodes: noNodes });
    expect([toneOf({ members }, encoding), toneOf({ members: members.slice(2, 3) }, encoding), toneOf({ members: [] }, encoding)]).toEqual(['level4', 'none', null]);
  });

  it('never paints a slower edge below a faster one, and numbers only the slowest', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { maxLength: 40 }), (values) => {
      const { edges } = encodeLatency({ edges: byId(values.map((value, i) => edge(`a~${i}`, value))), nodes: noNodes });
      const rank = (i: number): number => tones.indexOf(edges.get(`a~${i}`)!.tone!);
      const labelled = values.flatMap((value, i) => (edges.get(`a~${i}`)!.label === '' ? [] : [value]));
      const others = values.flatMap((value, i) => (edges.get(`a~${i}`)!.label === '' ? [value] : []));
      values.forEach((value, i) => values.forEach((other, k) => { if (value > other) expect(rank(i)).toBeGreaterThanOrEqual(rank(k)); }));
      expect(labelled.length).toBe(Math.min(12, values.length));
      if (others.length > 0) expect(Math.min(...labelled)).toBeGreaterThanOrEqual(Math.max(...others));
    }), { numRuns: 60 });
  });
});

describe('blast radius', () => {
  const blast = { node: null, edge: 'web~pay', dependents: [{ node: { id: 'web', label: 'web' }, share: 0.5, isEntryPoint: false }, { node: { id: 'gw', label: 'gw' }, share: 0.125, isEntryPoint: true }], totalDependents: 2, totalEntryPoints: 1, entryAtStakePerSecond: 3, edges: ['gw~web'], truncated: false, partial: [] };
  it('lights the subject with both ends, dependents and the ways to it', () => {
    const { lit, nodes } = encodeBlast(blast, byId([edge('web~pay'), edge('gw~web'), edge('web~other')]));
    expect([...lit!.nodes].sort()).toEqual(['gw', 'pay', 'web']);
    expect([...lit!.edges].sort()).toEqual(['gw~web', 'web~pay']);
    expect([plain(nodes.get('web')), plain(nodes.get('gw'))]).toEqual(['50 %', 'entry 13 %']);
  });
});

describe('cost', () => {
  const item = (id: string, monthlyCost: number, kind = 'crossZone') => ({ edge: id, monthlyCost, parts: [{ kind, bytes: 10 }] });
  it('ranks by the dearest and leaves what has no zones unpriced', () => {
    const cost = { currency: 'USD', items: [item('a~b', 100), item('a~c', 30), item('a~d', 1), item('a~e', 0, 'sameZone'), item('a~f', 0, 'unknown')], totalItems: 5, total: { monthlyCost: 131, bytes: 50 }, unknownBytes: 10, partial: [] };
    const { edges } = encodeCost(cost, byId(['a~b', 'a~c', 'a~d', 'a~e', 'a~f', 'a~g'].map((id) => edge(id))));
    expect([...edges.values()].map(({ tone }) => tone)).toEqual(['level5', 'level4', 'level2', 'level1', 'none', 'none']);
    expect([...edges.values()].map(({ label }) => label)).toEqual(['$100/mo', '$30.00/mo', '$1.00/mo', '', '', '']);
  });
  it.each([[12.4, 'USD', '$12.40/mo'], [0.001, 'EUR', '< €0.01/mo'], [1500, 'credits', '1500 credits/mo']])('writes %s %s as %s', (value, currency, text) => expect(monthly(value, currency)).toBe(text));
});

describe('mutual TLS', () => {
  it('says what would break and what may', () => {
    const one = (name: string) => ({ edge: name, source: { label: 'a' }, destination: { label: 'b' }, plaintextRequestsPerSecond: 1, plaintextConnectionsPerSecond: 0, requestsPerSecond: 1, connectionsPerSecond: null, sourceOutsideMesh: false });
    const impact = { namespace: 'shop', breaking: [one('x')], totalBreaking: 1, unknown: [one('y')], totalUnknown: 1, partial: [] };
    const { edges } = encodeStrict(impact);
    expect([edges.get('x')?.label, edges.get('y')?.label]).toEqual(['would break', 'may break']);
    const whole = encodeStrict({ ...impact, namespace: '' }).edges.get('x');
    expect([whole?.label, whole?.text]).toEqual(['', 'would break']);
  });
});

describe('lists', () => {
  const edges = [edge('a~slow', 900), edge('a~fast', 3), edge('a~unmeasured')];
  const order = (mode: Mode, encoding: Encoding | null = null): readonly string[] => inOrder(edges, mode, encoding).map(({ id }) => id);
  it('begin with what the mode is about', () => {
    const cost = encodeCost({ currency: 'USD', items: [{ edge: 'a~fast', monthlyCost: 2, parts: [{ kind: 'crossZone', bytes: 1 }] }], totalItems: 1, total: { monthlyCost: 2, bytes: 1 }, unknownBytes: 0, partial: [] }, byId(edges));
    expect(order('latency')).toEqual(['a~slow', 'a~fast', 'a~unmeasured']);
    expect(order('cost', cost)[0]).toBe('a~fast');
    expect(numberOf({ ...edges[0]!, state: 'failing', reason: '19.4 % 5xx' }, 'health', null)).toBe('19.4 % 5xx');
    expect([numberOf(edges[1]!, 'cost', cost), numberOf(edges[0]!, 'cost', cost), plain(numberOf(edges[0]!, 'latency', null)), numberOf(edges[0]!, 'mtls', null)]).toEqual(['$2.00/mo', 'not priced', '900 ms', 'not measured']);
  });
  it('keep every edge in every mode', () => {
    for (const mode of modes) expect([...order(mode)].sort()).toEqual(['a~fast', 'a~slow', 'a~unmeasured']);
  });
});
