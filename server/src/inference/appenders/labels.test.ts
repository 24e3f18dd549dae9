import { expect, it } from 'vitest';
import { toColumns } from '../to-columns.ts';
import { GraphType } from '../graph.ts';
import { host, reviews1, reviews2, row } from '../row-fixture.ts';
import { context, graphOf, runs, serves } from './inventory-fixture.ts';
import { labels } from './labels.ts';

const rows = [row({ from: reviews1, to: reviews2, service: host('reviews'), requests: 1 })];
const parts = {
  workloads: [runs('reviews-v1', { labels: new Map([['version', 'v1'], ['app', 'reviews']]) }), runs('reviews-v2', { labels: new Map([['app', 'reviews'], ['version', 'v2']]) })],
  services: [serves('reviews', { labels: new Map([['team', 'b']]) })],
};
const of = (type: GraphType): (readonly [string, string])[][] => labels(graphOf(rows, { type }), context(parts)).nodes.map((node) => [...node.labels ?? []]);

it('gives a workload its own labels by name, an app those that its workloads share, a service its own', () => {
  expect(of(GraphType.workload)).toEqual(expect.arrayContaining([[['app', 'reviews'], ['version', 'v1']], [['app', 'reviews'], ['version', 'v2']]]));
  expect(of(GraphType.app)).toEqual([[['app', 'reviews']]]);
  expect(of(GraphType.service)).toContainEqual([['team', 'b']]);
});

it('travels in the columns, which have no such column without it', () => {
  const graph = graphOf(rows);
  expect(toColumns(graph).nodes.labels).toBeUndefined();
  expect(toColumns(labels(graph, context(parts))).nodes.labels?.toSorted()).toEqual(['app=reviews,version=v1', 'app=reviews,version=v2']);
});
