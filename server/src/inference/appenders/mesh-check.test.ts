import { expect, it } from 'vitest';
import { badgeNames } from '../badges.ts';
import { GraphType } from '../graph.ts';
import type { InventoryWorkload } from '../inventory.ts';
import { reviews1, reviews2, row } from '../row-fixture.ts';
import { context, graphOf, runs } from './inventory-fixture.ts';
import { meshCheck } from './mesh-check.ts';

const rows = [row({ from: reviews1, to: reviews2, requests: 1 })];
const badges = (workloads: InventoryWorkload[], type: GraphType = GraphType.workload): Record<string, string[]> =>
  Object.fromEntries(meshCheck(graphOf(rows, { type }), context({ workloads })).nodes.map((node) => [node.label, badgeNames(node.badges ?? 0)]));

it('marks workloads without a proxy and those in ambient, and nothing that it does not know', () => {
  expect(badges([runs('reviews-v1', { dataPlane: 'none' }), runs('reviews-v2', { dataPlane: 'ambient' })])).toEqual({ 'reviews-v1': ['missingSidecar'], 'reviews-v2': ['ambient'] });
  expect(badges([runs('reviews-v1'), runs('reviews-v2', { dataPlane: null })])).toEqual({ 'reviews-v1': [], 'reviews-v2': [] });
  expect(badges([runs('reviews-v1', { role: 'gateway', dataPlane: 'none' })])).toEqual({ 'reviews-v1': [], 'reviews-v2': [] });
});

it('judges an app by the worst of its workloads', () => {
  expect(badges([runs('reviews-v1', { dataPlane: 'none' }), runs('reviews-v2')], GraphType.app)).toEqual({ reviews: ['missingSidecar'] });
  expect(badges([runs('reviews-v1', { dataPlane: 'ambient' }), runs('reviews-v2')], GraphType.app)).toEqual({ reviews: [] });
});
