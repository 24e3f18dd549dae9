import { describe, expect, it } from 'vitest';
import { buildServiceGraph } from '../load-graph.ts';
import type { EdgeBucket } from '../ports.ts';
import { host, orders, reviews1, reviews2, row, t0, web } from '../row-fixture.ts';
import { downstreamCause, failingBelow } from './downstream.ts';
import { failuresOf } from './failures.ts';
import { findOnset } from './onset.ts';

const window = { from: t0, to: t0 + 300, step: 10 as const };
/** A call that fails from a bucket on. */
const call = (from: typeof web, to: typeof web, since: number, failed: number): EdgeBucket[] => Array.from({ length: 30 }, (_, i): EdgeBucket => ({
  ...row({ from, to, service: host(to.name), responses: i >= since ? { 'http 200 -': 100 - failed, 'http 503 -': failed } : { 'http 200 -': 100 }, firstBucket: t0 + 10 * i, lastBucket: t0 + 10 * i }), bucket: t0 + 10 * i,
}));
const told = (rows: readonly EdgeBucket[]) => {
  const failures = failuresOf(rows, window);
  return { failures, onset: findOnset(failures.series) };
};

const subject = call(web, orders, 10, 20);
const graphOf = (below: readonly EdgeBucket[]) => buildServiceGraph([...subject, ...below], { tenant: 't', type: 'workload', window, now: t0 + 300 });

describe('a failing edge further down', () => {
  const cause = (rows: readonly EdgeBucket[]) => {
    const graph = graphOf(rows);
    const edge = graph.edges.find((one) => graph.nodes.find((node) => node.id === one.source)!.label === 'orders')!;
    return downstreamCause(graph, told(subject), { edge, path: [edge.id], ...told(rows) });
  };
  it('is a cause if it began at the same time and fails as often', () => {
    expect(cause(call(orders, reviews1, 10, 20))).toMatchObject({ share: 1, failureRatio: expect.closeTo(400 / 3000) as number, health: 'Failure', text: expect.stringMatching(/^orders → reviews-v1 fails too since .*: 13 %, mostly HTTP 503, as many as 100 % of these failures$/) as string });
    expect(cause(call(orders, reviews1, 12, 20))).not.toBeNull();
  });
  it('is none if it began at another time, was always failing, or fails far less', () => {
    expect([cause(call(orders, reviews1, 25, 20)), cause(call(orders, reviews1, 0, 20)), cause(call(orders, reviews1, 10, 2))]).toEqual([null, null, null]);
  });
  it('without a moment that ties them together needs to fail about as often', () => {
    const evenly = (from: typeof web, to: typeof web, ok: number, failed: number) => told(Array.from({ length: 30 }, (_, i): EdgeBucket => ({ ...row({ from, to, responses: { 'http 200 -': ok, 'http 503 -': failed } }), bucket: t0 + 10 * i })));
    const graph = graphOf(call(orders, reviews1, 0, 20)), edge = graph.edges[0]!;
    const causeOf = (ok: number, failed: number) => downstreamCause(graph, evenly(web, orders, 80, 20), { edge, path: [edge.id], ...evenly(orders, reviews1, ok, failed) });
    expect(causeOf(80, 20)).toMatchObject({ share: 1 });
    expect([causeOf(10_000, 20), causeOf(10, 2)]).toEqual([null, null]);
  });
  it('is looked for among the failing calls of the node alone, those with the most failures first', () => {
    const graph = graphOf([...call(orders, reviews1, 10, 5), ...call(orders, reviews2, 10, 30), ...call(reviews1, reviews2, 10, 50), ...call(orders, orders, 0, 9)]);
    const label = new Map(graph.nodes.map((node) => [node.id, node.label]));
    const node = graph.nodes.find((one) => one.label === 'orders')!.id;
    expect(failingBelow(graph, node, new Set()).map((edge) => label.get(edge.destination))).toEqual(['reviews-v2', 'reviews-v1']);
    expect(failingBelow(graph, node, new Set(graph.edges.map((edge) => edge.id)))).toEqual([]);
  });
});
