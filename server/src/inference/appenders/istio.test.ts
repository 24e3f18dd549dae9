import { expect, it } from 'vitest';
import { externalHost, workload } from '@orrery/collectors/model/entity';
import { badgeNames } from '../badges.ts';
import { GraphType, type ServiceGraph } from '../graph.ts';
import { host, orders, row, web } from '../row-fixture.ts';
import { istio } from './istio.ts';
import { context, graphOf, runs, serves } from './inventory-fixture.ts';

const rows = [
  row({ from: web, to: orders, service: host('orders'), requests: 1 }),
  row({ from: { ...workload('c', 'istio-system', 'ingress'), kind: 'gateway' }, to: web, service: host('web'), requests: 1 }),
  row({ from: web, to: externalHost('PassthroughCluster'), side: 'source', requests: 1 }),
];
const parts = { services: [serves('orders', { routing: ['circuitBreaker', 'requestTimeout'] }), serves('web')], workloads: [runs('web', { role: 'waypoint' })] };
const badges = (graph: ServiceGraph): Record<string, string[]> => Object.fromEntries(istio(graph, context(parts)).nodes.map((node) => [`${node.entity.kind} ${node.label}`, badgeNames(node.badges ?? 0)]));

it('marks a workload with what is configured for the services it is called through, and roles', () => {
  expect(badges(graphOf(rows))).toEqual({
    'workload orders': ['circuitBreaker', 'requestTimeout'], 'workload web': ['waypoint'], 'gateway ingress': ['gateway'], 'external PassthroughCluster': ['egressCluster'],
  });
});

it('marks the service where it is a node of its own, and then not the workload', () => {
  expect(badges(graphOf(rows, { view: { injectServices: true } }))).toMatchObject({ 'service orders': ['circuitBreaker', 'requestTimeout', 'injected'], 'workload orders': [] });
  expect(badges(graphOf(rows, { type: GraphType.service }))).toMatchObject({ 'service orders': ['circuitBreaker', 'requestTimeout'] });
});
