import { expect, it } from 'vitest';
import { externalHost, unknownEntity, workload } from '@orrery/collectors/model/entity';
import { badgeNames } from '../badges.ts';
import { row, web } from '../row-fixture.ts';
import { isEgressCluster } from '../service-host.ts';
import { context, graphOf } from './inventory-fixture.ts';
import { outsider } from './outsider.ts';

const graph = graphOf([
  row({ from: unknownEntity, to: web, requests: 1 }),
  row({ from: web, to: workload('c', 'pay', 'bank'), requests: 1 }),
  row({ from: web, to: externalHost('example.com'), side: 'source', requests: 1 }),
]);
const badges = (namespaces: string[] | null, known: string[]): Record<string, string[]> => Object.fromEntries(
  outsider(graph, context({ namespaces: known.map((name) => ({ cluster: 'c', name, labels: new Map() })) }, { namespaces })).nodes.map((node) => [node.label, badgeNames(node.badges ?? 0)]));

it('marks what is in none of the namespaces that were asked for, and what nothing more is known of', () => {
  expect(badges(['shop'], ['shop'])).toEqual({ web: [], bank: ['inaccessible', 'outside'], unknown: ['inaccessible'], 'example.com': ['inaccessible'] });
  expect(badges(['shop'], ['shop', 'pay'])).toMatchObject({ bank: ['outside'] });
});

it('marks nothing as outside of everything, and no namespace as closed without an inventory', () => {
  expect(badges(null, [])).toEqual({ web: [], bank: [], unknown: ['inaccessible'], 'example.com': ['inaccessible'] });
});

it('knows Envoy’s clusters for what leaves the mesh', () => {
  expect(['PassthroughCluster', 'BlackHoleCluster', 'example.com'].map((name) => isEgressCluster(externalHost(name)))).toEqual([true, true, false]);
  expect(isEgressCluster(workload('c', 'shop', 'PassthroughCluster'))).toBe(false);
});
