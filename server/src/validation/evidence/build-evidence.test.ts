import { timeWindow } from '@orrery/collectors/model/time-window';
import { workload } from '@orrery/collectors/model/entity';
import { describe, expect, it } from 'vitest';
import { host, orders, row, t0, web } from '../../inference/row-fixture.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import { buildEvidence } from './build-evidence.ts';
import { ClusterEvidence } from './cluster-evidence.ts';
import { evidenceOf } from './evidence-fixture.ts';

const calls = (spec: Partial<Parameters<typeof row>[0]> = {}) => row({ from: web, to: orders, service: host('orders'), ...spec });
const only = (...rows: EdgeWindow[]) => {
  const { edges } = evidenceOf(rows);
  expect(edges).toHaveLength(1);
  return edges[0]!;
};

describe('evidence of an edge', () => {
  it('counts what each side told, and the requests by the rules of the graph', () => {
    const edge = only(calls({ requests: 120, responses: { 'http 200 -': 100, 'http 503 -': 20 } }), calls({ side: 'source', responses: { 'http 200 -': 100, 'http 503 UH': 5 } }));
    expect(edge).toMatchObject({ requestsAtSource: 105, requestsAtDestination: 120, requests: 125, attempts: null, connections: null, securityJudged: false, mirrored: 0 });
  });

  it('keeps mirrors beside the requests', () => {
    expect(only(calls({ requests: 50 }), calls({ requests: 20, intent: 'mirror' }))).toMatchObject({ requests: 50, mirrored: 20 });
  });

  it('has steps only where they were read', () => {
    const { edges: [read] } = evidenceOf([calls({ requests: 100 })]);
    expect(read!.activity?.requests.reduce((a, b) => a + b, 0)).toBe(100);
    const window = timeWindow(t0, t0 + 300, t0 + 300);
    const { edges: [unread] } = buildEvidence({ tenant: 't', window, now: t0 + 300, rows: [calls({ requests: 100 })], activity: [], activityOf: new Set(), steps: { seconds: 15, count: 20 }, zones: [], certificates: [] });
    expect(unread!.activity).toBeNull();
  });
});

it('covers its window where telemetry tells of most of it', () => {
  const covered = (firstBucket: number, lastBucket: number) => evidenceOf([calls({ requests: 1, firstBucket, lastBucket })]);
  expect(covered(t0, t0 + 290)).toMatchObject({ covers: true, from: t0, to: t0 + 300 });
  expect(covered(t0 + 60, t0 + 290)).toMatchObject({ covers: true, from: t0 + 60 });
  expect(covered(t0 + 200, t0 + 290).covers).toBe(false);
  expect(evidenceOf([]).covers).toBe(false);
});

it('is of the time from when data began, where the first bucket is of an hour in which it began late', () => {
  const window = timeWindow(t0, t0 + 300, t0 + 300), rows = [calls({ requests: 300 })];
  const told = (began: number | null) => buildEvidence({ tenant: 't', window, now: t0 + 300, began, rows, activity: [], activityOf: new Set(), steps: { seconds: 15, count: 20 }, zones: [], certificates: [] });
  const { edges: [edge], ...evidence } = told(t0 + 150);
  expect(evidence).toMatchObject({ covers: false, from: t0 + 150, to: t0 + 300 });
  expect(edge!.edge.signals.requestsPerSecond).toBe(2);
  expect(told(t0 - 3_600)).toMatchObject({ covers: true, from: t0, to: t0 + 300 });
  expect(told(null)).toMatchObject({ covers: true, from: t0, to: t0 + 300 });
});

it('of one cluster is found by who calls, who is called, and through which service', () => {
  const elsewhere = workload('other', 'shop', 'orders', 'orders', 'v1');
  const evidence = evidenceOf([calls({ requests: 1 }), row({ from: web, to: elsewhere, service: host('orders'), requests: 1 })]), here = new ClusterEvidence(evidence, 'c');
  const ends = (edges: readonly { destination: { entity: { cluster: string } } }[]): string[] => edges.map(({ destination }) => destination.entity.cluster).sort();
  expect(ends(here.into({ namespace: 'shop', name: 'orders' }))).toEqual(['c']);
  expect(ends(here.outOf({ namespace: 'shop', name: 'web' }))).toEqual(['c', 'other']);
  expect(ends(here.toHost('ORDERS.shop.svc.cluster.local'))).toEqual(['c', 'other']);
  expect(ends(new ClusterEvidence(evidence, '').into({ namespace: 'shop', name: 'orders' }))).toEqual(['c', 'other']);
  expect(here.into({ namespace: 'shop', name: 'nobody' })).toEqual([]);
});
