import { expect, it } from 'vitest';
import { orders, row, web } from '../row-fixture.ts';
import { health, ofReplicas } from './health.ts';
import { context, graphOf, runs } from './inventory-fixture.ts';

const replicas = (desired: number, current: number, available: number, syncedProxies = -1) => ({ desired, current, available, syncedProxies });

it.each([
  [replicas(0, 0, 0), 'NotReady', 'scaled to 0'],
  [replicas(3, 3, 0), 'Failure', '0 of 3 available'],
  [replicas(3, 3, 2), 'Degraded', '2 of 3 available'],
  [replicas(3, 2, 3), 'Degraded', '3 of 3 available'],
  [replicas(3, 4, 3), 'Degraded', '4 running, 3 desired'],
  [replicas(3, 3, 3, 2), 'Degraded', '2 of 3 proxies in sync'],
  [replicas(3, 3, 3, 3), 'Healthy', ''],
  [replicas(3, 3, 3), 'Healthy', ''],
])('judges %j as %s', (state, expected, reason) => {
  expect(ofReplicas(state)).toMatchObject({ health: expected, reason });
});

it('lets the worse of traffic and replicas stand', () => {
  const of = (errors: number, available: number) => health(
    graphOf([row({ from: web, to: orders, responses: { 'http 200 -': 100 - errors, 'http 500 -': errors } })]),
    context({ workloads: [runs('orders', { replicas: replicas(2, 2, available) })] }),
  ).nodes.find((node) => node.label === 'orders')!;
  expect(of(0, 1)).toMatchObject({ health: 'Degraded', healthReason: '1 of 2 available' });
  expect(of(50, 1)).toMatchObject({ health: 'Failure', healthReason: '50.0 % 5xx' });
  expect(of(5, 0)).toMatchObject({ health: 'Failure', healthReason: '0 of 2 available' });
  expect(of(0, 2)).toMatchObject({ health: 'Healthy', healthReason: '' });
});
