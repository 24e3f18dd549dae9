import { expect, it } from 'vitest';
import { badgeNames } from '../badges.ts';
import { GraphType } from '../graph.ts';
import { orders, reviews1, reviews2, row, web } from '../row-fixture.ts';
import { context, graphOf } from './inventory-fixture.ts';
import { workloadEntry } from './workload-entry.ts';

const rows = [row({ from: web, to: reviews1, requests: 1 }), row({ from: web, to: reviews2, requests: 1 }), row({ from: web, to: orders, requests: 1 })];
const entry = { cluster: 'c', namespace: 'shop', name: 'vm', app: 'reviews', version: 'v2', address: '10.0.0.1', labels: new Map() };
const marked = (type: GraphType, namespace = 'shop'): string[] =>
  workloadEntry(graphOf(rows, { type }), context({ workloadEntries: [{ ...entry, namespace }] })).nodes.filter((node) => badgeNames(node.badges ?? 0).includes('workloadEntry')).map((node) => node.label);

it('marks the app and version that an entry of the namespace declares', () => {
  expect(marked(GraphType.workload)).toEqual(['reviews-v2']);
  expect(marked(GraphType.versionedApp)).toEqual(['reviews v2']);
  expect(marked(GraphType.app)).toEqual(['reviews']);
  expect(marked(GraphType.workload, 'other')).toEqual([]);
});
