import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../lib/view-state.ts';
import { encodeCost, encodeLatency, encodeStrict, type Encoding } from '../mode/encode.ts';
import { edge, graphOf, node } from '../testing/rows.ts';
import type { DrawnEdge } from './collapse.ts';
import { sumLabels } from './sum-labels.ts';
import { byState, type TopologyEdge } from './topology.ts';

const rps = fc.option(fc.integer({ min: 0, max: 900 }), { nil: null });

/** A line between two namespaces, as the drawing has it. */
function sum(members: readonly TopologyEdge[], id = 'sum'): DrawnEdge {
  const measured = members.flatMap((one) => one.rps ?? []);
  return { id, source: 'a', destination: 'b', edge: null, members, state: [...members].sort(byState)[0]!.state, rps: measured.length === 0 ? null : measured.reduce((all, one) => all + one, 0) };
}
function forms(members: readonly TopologyEdge[], mode: Mode, encoding: Encoding | null = null, plaintext = true): readonly string[] {
  return sumLabels([sum(members)], { mode, encoding, plaintext }).get('sum')?.map((text) => text.replaceAll('\u202f', ' ')) ?? [];
}
function said(...[members, mode, encoding, plaintext]: Parameters<typeof forms>): string | undefined {
  return forms(members, mode, encoding, plaintext)[0];
}
const failing = (name: string, reason: string, errorRatio = Number.parseFloat(reason) / 100): TopologyEdge => edge('a', name, { state: 'failing', reason, errorRatio });

describe('traffic of a line of several edges', () => {
  it('is the sum of the requests, with the worst share of failures where any edge is unhealthy', () => {
    expect(said([edge('a', 'b', { rps: 40 }), edge('a', 'c', { rps: 2.5 }), edge('a', 'd', { rps: null, bytesPerSecond: 900 })], 'traffic')).toBe('42.5 rps');
    expect(said([failing('b', '12.4 % 5xx'), failing('c', '31 % 5xx'), edge('a', 'd', { state: 'degraded', reason: '70 % 4xx', errorRatio: 0.7 })], 'traffic')).toBe('30 rps, up to 31 % 5xx');
    expect(said([failing('b', '3 % 5xx'), failing('c', '17.0 % 5xx at caller', 0)], 'traffic')).toBe('20 rps, up to 17.0 % 5xx');
    expect(said([failing('b', '12.4 % 5xx')], 'traffic')).toBe('10 rps, 12.4 % 5xx');
  });

  it('is bytes where no edge counts requests, and nothing where none is measured', () => {
    const tcp = (bytesPerSecond: number | null): TopologyEdge => edge('a', String(bytesPerSecond), { rps: null, bytesPerSecond });
    expect(said([tcp(1500), tcp(500), tcp(null)], 'traffic')).toBe('2 kB/s');
    expect(said([tcp(null)], 'traffic')).toBeUndefined();
  });

  it('leaves out first what needs most room', () => {
    expect(forms([failing('b', '12.4 % 5xx'), failing('c', '2 % 5xx')], 'traffic')).toEqual(['20 rps, up to 12.4 % 5xx', '20 rps\n≤ 12.4 %', '20 rps']);
    expect(forms([failing('b', '12.4 % 5xx'), failing('c', '2 % 5xx')], 'health')).toEqual(['up to 12.4 % 5xx', '≤ 12.4 %']);
  });

  it('does not depend on the order of its edges', () => {
    fc.assert(fc.property(fc.array(rps, { minLength: 1, maxLength: 6 }), (rates) => {
      const members = rates.map((one, i) => edge('a', String(i), { rps: one, state: i % 2 === 0 ? 'healthy' : 'failing', errorRatio: i / 10, reason: i % 2 === 0 ? '' : `${i}0.0 % 5xx` }));
      expect(said(members, 'traffic')).toBe(said([...members].reverse(), 'traffic'));
    }));
  });
});

describe('latency of a line of several edges', () => {
  const encoding = encodeLatency(graphOf([node('a')], []));

  it('is that of its slowest edge, never a sum or a mean', () => {
    expect(said([edge('a', 'b', { p99Ms: 30 }), edge('a', 'c', { p99Ms: 310 }), edge('a', 'd', { p99Ms: null })], 'latency', encoding)).toBe('up to 310 ms');
    expect(said([edge('a', 'b', { p99Ms: 30 })], 'latency', encoding)).toBe('30 ms');
  });

  it('is written on the slowest lines alone, wherever the slowest edges are', () => {
    const lines = Array.from({ length: 30 }, (_, i) => sum([edge('a', String(i), { p99Ms: i })], `line ${i}`));
    expect([...sumLabels(lines, { mode: 'latency', encoding, plaintext: true }).keys()]).toEqual(Array.from({ length: 12 }, (_, i) => `line ${29 - i}`));
  });
});

describe('other modes of a line of several edges', () => {
  const [first, second, third] = [edge('a', 'b'), edge('a', 'c'), edge('a', 'd', { mtlsShare: 0 })];
  const item = (id: string, monthlyCost: number) => ({ edge: id, monthlyCost, parts: [{ kind: 'crossZone', bytes: 1 }] });
  const cost = encodeCost({ currency: 'USD', items: [item('a>b', 12), item('a>c', 3.5)], totalItems: 2, total: { monthlyCost: 15.5, bytes: 2 }, unknownBytes: 0, partial: [] }, new Map([first, second, third].map((one) => [one.id, one])));

  it('adds up what it costs, and says so where not all of it has a price', () => {
    expect(said([first, second], 'cost', cost)).toBe('$15.50/mo');
    expect(said([first, second, third], 'cost', cost)).toBe('≥ $15.50/mo');
    expect(said([third], 'cost', cost)).toBeUndefined();
  });

  it('counts what is in plaintext, and what STRICT would break of one namespace', () => {
    expect(said([first, second, third], 'mtls')).toBe('1 of 3 plaintext');
    expect(said([third], 'mtls')).toBe('plaintext');
    expect(said([first], 'mtls')).toBeUndefined();
    const one = (id: string) => ({ edge: id, source: { label: 'a' }, destination: { label: 'b' }, plaintextRequestsPerSecond: 1, plaintextConnectionsPerSecond: 0, requestsPerSecond: 1, connectionsPerSecond: null, sourceOutsideMesh: false });
    const strict = encodeStrict({ namespace: 'shop', breaking: [one('a>d')], totalBreaking: 1, unknown: [one('a>b'), one('a>c')], totalUnknown: 2, partial: [] });
    expect(said([first, second, third], 'mtls', strict)).toBe('1 would break, 2 may break');
  });

  it('names the worst failure, else marks plaintext, where health is shown', () => {
    expect(said([first, failing('c', '12.4 % 5xx')], 'health')).toBe('up to 12.4 % 5xx');
    expect(said([first, third], 'health')).toBe('plaintext');
    expect(said([first, third], 'health', null, false)).toBeUndefined();
    expect(said([first, third], 'blast')).toBeUndefined();
  });
});
