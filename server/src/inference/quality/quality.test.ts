import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { unknownEntity } from '@orrery/collectors/model/entity';
import type { EdgeWindow } from '../ports.ts';
import { buildServiceGraph } from '../load-graph.ts';
import { orders, reviews1, row, t0, web } from '../row-fixture.ts';
import { edgeQuality, type EdgeQuality } from './edge-issues.ts';
import { ranked } from './quality-issue.ts';
import { sourceIssues, type SourceFacts } from './source-issues.ts';

const qualityOf = (rows: readonly EdgeWindow[]): EdgeQuality => edgeQuality(rows, { tenant: 't', type: 'workload', window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 });
const kinds = (quality: EdgeQuality): readonly string[] => ranked(quality.issues, 10).map(({ kind }) => kind);
const sides = (source: Record<string, number>, destination: Record<string, number>): EdgeWindow[] => [
  row({ from: web, to: orders, side: 'source', responses: source }), row({ from: web, to: orders, responses: destination }),
];

describe('data quality', () => {
  it('finds sides that disagree, and not those whose difference is explained', () => {
    expect(qualityOf(sides({ 'http 200 -': 10_000 }, { 'http 200 -': 9_900 }))).toMatchObject({ compared: 1, agreeing: 1 });
    // Nothing listened: what never left cannot be at the destination.
    expect(kinds(qualityOf(sides({ 'http 200 -': 1_000, 'http 503 UH': 9_000 }, { 'http 200 -': 1_000 })))).toEqual([]);
    // Timed out at the source: the destination may have answered them or not.
    expect(kinds(qualityOf(sides({ 'http 200 -': 1_000, 'http 504 UT': 9_000 }, { 'http 200 -': 10_000 })))).toEqual([]);
    expect(kinds(qualityOf(sides({ 'http 200 -': 1_000, 'http 504 UT': 9_000 }, { 'http 200 -': 1_000 })))).toEqual([]);
    const apart = qualityOf(sides({ 'http 200 -': 10_000 }, { 'http 200 -': 4_000 }));
    expect(apart).toMatchObject({ compared: 1, agreeing: 0 });
    expect(ranked(apart.issues, 10)).toMatchObject([{ kind: 'disagreement', count: 1, samples: [{ subject: 'shop/web → shop/orders', text: 'source 10000, destination 4000: 6000 unexplained', value: 6_000 }] }]);
  });

  it('finds one-sided, weak, sampled and unresolved', () => {
    const one = row({ from: web, to: orders, side: 'source', responses: { 'http 200 -': 50 } });
    const inMesh = row({ from: reviews1, to: web, responses: { 'http 200 -': 5 } });
    const seen = row({ from: orders, to: reviews1, side: 'source', responses: { 'http 200 -': 5 } });
    const back = row({ from: orders, to: reviews1, responses: { 'http 200 -': 5 } });
    const called = row({ from: reviews1, to: orders, responses: { 'http 200 -': 5 } });
    expect(kinds(qualityOf([one, inMesh, seen, back, called]))).toContain('oneSided');
    const traced = row({ from: web, to: orders, instrument: 'trace', side: 'source', feed: 'otlp', requests: 10, requestsEstimated: 1_000 });
    const lost = row({ from: web, to: unknownEntity, instrument: 'trace', side: 'source', feed: 'otlp', requests: 7 });
    const quality = qualityOf([traced, lost]);
    expect(ranked(quality.issues, 10).map(({ kind, count }) => [kind, count])).toEqual([['unresolved', 7], ['weak', 1], ['sampled', 1]]);
  });

  it('reconciles what traces stand for with what proxies counted', () => {
    const counted = row({ from: web, to: orders, responses: { 'http 200 -': 10_000 } });
    const traced = (requests: number, weight: number, side: 'source' | 'destination' = 'destination'): EdgeWindow =>
      row({ from: web, to: orders, instrument: 'trace', side, feed: 'otlp', requests, requestsEstimated: requests * weight });
    expect(qualityOf([counted]).traces).toBeNull();
    expect(qualityOf([counted, traced(100, 100)])).toMatchObject({ traces: { edges: 1, agreeing: 1, exact: 10_000, estimated: 10_000, unmatchedShare: 0, excessShare: 0 } });
    // Chance alone: 90 spans of 100 requests each are as good as 100.
    expect(qualityOf([counted, traced(90, 100)]).traces).toMatchObject({ agreeing: 1, unmatchedShare: 0 });
    const untold = qualityOf([counted, traced(100, 1), traced(9_000, 1, 'source')]);
    expect(untold.traces).toMatchObject({ agreeing: 0, estimated: 100, unmatchedShare: 0.99, excessShare: 0 });
    expect(ranked(untold.issues, 10)).toContainEqual(expect.objectContaining({ kind: 'untraced', samples: [expect.objectContaining({ text: '10000 counted, 100 by 100 spans: 99 % unmatched', value: 9_900 })] }));
    expect(qualityOf([counted, traced(20_000, 1)]).traces).toMatchObject({ unmatchedShare: 0, excessShare: 1 });
  });

  it('tells of each side of an edge how far its traces explain what was counted', () => {
    const options = { tenant: 't', type: 'workload', window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 } as const;
    const told = (rows: readonly EdgeWindow[]): unknown => buildServiceGraph(rows, options).edges[0]!.evidence.map(({ instrument, side, shareOfExact }) => [instrument, side, shareOfExact]);
    const counted = row({ from: web, to: orders, responses: { 'http 200 -': 10_000 } });
    const traced = (side: 'source' | 'destination', spans: number): EdgeWindow => row({ from: web, to: orders, instrument: 'trace', side, feed: 'otlp', requests: spans, requestsEstimated: spans * 100 });
    expect(told([counted, traced('destination', 97), traced('source', 102)])).toEqual([['proxy', 'destination', null], ['trace', 'destination', 0.97], ['trace', 'source', 1.02]]);
    const atSource = row({ from: web, to: orders, side: 'source', responses: { 'http 200 -': 20_400 } });
    expect(told([counted, atSource, traced('source', 102)])).toContainEqual(['trace', 'source', 0.5]);
    expect(told([traced('source', 102)])).toEqual([['trace', 'source', null]]);
  });

  it('never calls equal counts a disagreement, and always a large difference without reason', () => {
    fc.assert(fc.property(fc.nat(1e6), fc.nat(1e6), (n, m) => {
      const { agreeing } = qualityOf(sides({ 'http 200 -': n + 1 }, { 'http 200 -': m + 1 }));
      if (n === m) expect(agreeing).toBe(1);
      if (Math.abs(n - m) > 0.5 * Math.max(n, m) + 1_000) expect(agreeing).toBe(0);
    }));
  });

  it('tells of sources that fail, are stale, lose data or run ahead', () => {
    const now = 1_800_000_000_000;
    const source = (more: Partial<SourceFacts>): SourceFacts => ({ source: 'scrape', feed: 'scrape:mesh', target: 'http://a', received: 100, rejected: 0, dropped: 0, lostUpstream: 0, up: 1, newestMs: now - 5_000, lastReportMs: now - 4_000, error: '', ...more });
    const issues = ranked(sourceIssues([
      source({}), source({ up: 0, error: 'connection refused' }), source({ newestMs: now - 600_000 }), source({ rejected: 3, lostUpstream: 2 }), source({ newestMs: now + 60_000 }),
    ], [{ feed: 'otlp', rows: 4, worstSeconds: 900 }], now), 10);
    expect(issues.map(({ kind, samples }) => [kind, samples[0]?.text])).toEqual([
      ['failingSource', 'connection refused'], ['staleSource', 'nothing for 600 s'], ['lostData', 'of 100 received 3 rejected, 0 dropped; 2 lost before'],
      ['clockSkew', '64 s ahead'], ['lateData', '4 rows, at worst 900 s after their bucket'],
    ]);
  });

  it('measures nothing where nothing was measured', () => {
    expect(kinds(qualityOf([row({ from: web, to: orders, measured: Measured.bytes, bytesSent: 5 }), row({ from: web, to: orders, side: 'source', measured: Measured.bytes, bytesSent: 9 })]))).toEqual([]);
  });
});
