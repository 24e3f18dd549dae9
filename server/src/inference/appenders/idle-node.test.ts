import { expect, it } from 'vitest';
import { workload } from '@orrery/collectors/model/entity';
import { GraphType, type ServiceGraph } from '../graph.ts';
import { host, orders, row, web } from '../row-fixture.ts';
import { idleNode } from './idle-node.ts';
import { context, graphOf, runs, serves } from './inventory-fixture.ts';

const rows = [row({ from: web, to: orders, service: host('orders'), requests: 1 })];
const parts = { workloads: [runs('web'), runs('orders'), runs('reviews-v1'), runs('reviews-v2'), runs('bank', { namespace: 'pay' })], services: [serves('orders'), serves('reviews')] };
const idle = (graph: ServiceGraph): string[] => graph.nodes.filter((node) => node.isIdle).map((node) => `${node.entity.namespace}/${node.label}`).sort();
const added = (type: GraphType, namespaces: string[] | null = null): string[] => idle(idleNode(graphOf(rows, { type }), context(parts, { type, namespaces })));

it('adds what exists without traffic, as the nodes of the graph type', () => {
  expect(added(GraphType.workload)).toEqual(['pay/bank', 'shop/reviews-v1', 'shop/reviews-v2']);
  expect(added(GraphType.app)).toEqual(['pay/bank', 'shop/reviews']);
  expect(added(GraphType.versionedApp)).toEqual(['pay/bank', 'shop/reviews v1', 'shop/reviews v2']);
  expect(added(GraphType.service)).toEqual(['shop/reviews']);
});

it('adds of the namespaces that were asked for alone', () => {
  expect(added(GraphType.workload, ['pay'])).toEqual(['pay/bank']);
});

it('gives an added node the id that it has once it has traffic, keeps the order, and does not add it twice', () => {
  const later = graphOf([...rows, row({ from: web, to: workload('c', 'pay', 'bank', 'bank'), requests: 1 })]);
  const graph = idleNode(graphOf(rows), context(parts));
  expect(graph.nodes.map((node) => node.id)).toEqual(graph.nodes.map((node) => node.id).toSorted());
  expect(later.nodes.map((node) => node.id)).toContain(graph.nodes.find((node) => node.label === 'bank')!.id);
  expect(idleNode(graph, context(parts))).toEqual(graph);
});

it('takes a workload of telemetry without a cluster for the one that the inventory places', () => {
  const graph = graphOf([row({ from: web, to: workload('', 'pay', 'bank'), requests: 1 })]);
  expect(idle(idleNode(graph, context({ workloads: [runs('bank', { namespace: 'pay' })] })))).toEqual([]);
});
