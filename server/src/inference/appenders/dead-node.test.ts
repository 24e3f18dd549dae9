import { expect, it } from 'vitest';
import { unknownEntity, workload } from '@orrery/collectors/model/entity';
import { badgeNames } from '../badges.ts';
import type { ServiceGraph } from '../graph.ts';
import { host, orders, reviews1, row, web } from '../row-fixture.ts';
import { deadNode } from './dead-node.ts';
import { context, graphOf, runs, serves } from './inventory-fixture.ts';

const was = [row({ from: web, to: orders, requests: 3 }), row({ from: web, to: reviews1, requests: 3 }), row({ from: reviews1, to: unknownEntity, service: host('old'), side: 'source', requests: 1 })];
const names = (graph: ServiceGraph): string[] => graph.nodes.map((node) => `${node.label}${badgeNames(node.badges ?? 0).map((badge) => ` ${badge}`).join('')}`).sort();

it('leaves out idle nodes that nothing backs, and what lived by them alone', () => {
  const graph = graphOf([row({ from: web, to: orders, requests: 1 })], { idleRows: was });
  expect(names(graph)).toEqual(['old', 'orders', 'reviews-v1', 'web']);
  // `reviews-v1` has gone from the cluster; `old` was called by it alone and is no service any more.
  expect(names(deadNode(graph, context({ workloads: [runs('web'), runs('orders')] })))).toEqual(['orders', 'web']);
  expect(names(deadNode(graph, context({ workloads: [runs('reviews-v1')], services: [serves('old')] })))).toEqual(['old', 'orders', 'reviews-v1', 'web']);
});

it('marks what exists without pods, and never what has traffic', () => {
  const graph = graphOf([row({ from: web, to: orders, requests: 1 })], { idleRows: was });
  const none = { pods: 0 };
  expect(names(deadNode(graph, context({ workloads: [runs('reviews-v1', none), runs('orders', none)], services: [serves('old')] })))).toEqual(['old', 'orders', 'reviews-v1 dead', 'web']);
});

it('keeps what telemetry shows and the inventory does not have', () => {
  const graph = graphOf([row({ from: workload('elsewhere', 'far', 'away'), to: unknownEntity, side: 'source', requests: 1 })]);
  expect(deadNode(graph, context())).toEqual(graph);
});
