import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settingsOf } from '../../findings/validated-cluster.ts';
import { objectsOf } from '../../testing/sample-mesh.ts';
import { buildMesh } from '../../validate.ts';
import { splitOf } from './splits.ts';
import { virtualService } from './traffic-fixture.ts';

const versions = ['v1', 'v2', 'v3'] as const;
const route = fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)).filter((weights) => weights.some((weight) => weight > 0));

it('whatever takes which route, the share of each destination lies between its least and its greatest', () => {
  fc.assert(fc.property(fc.array(fc.record({ weights: route, taken: fc.integer({ min: 1, max: 1_000 }) }), { minLength: 1, maxLength: 4 }), (routes) => {
    const http = routes.map(({ weights }) => `{ route: [${versions.map((version, i) => `{ destination: { host: orders, subset: ${version} }, weight: ${weights[i]} }`).join(', ')}] }`);
    const objects = objectsOf(virtualService('orders', `[${http.join(', ')}]`));
    const { parts } = splitOf(objects[0]!, buildMesh(objects, settingsOf(objects)))!;
    const taken = routes.reduce((sum, one) => sum + one.taken, 0);
    for (const { subset, low, high } of parts) {
      const i = versions.findIndex((version) => version === subset);
      const share = routes.reduce((sum, one) => sum + (one.taken * one.weights[i]!) / one.weights.reduce((a, b) => a + b), 0) / taken;
      expect(share).toBeGreaterThanOrEqual(low - 1e-9);
      expect(share).toBeLessThanOrEqual(high + 1e-9);
    }
    expect(parts.reduce((sum, { low }) => sum + low, 0)).toBeLessThanOrEqual(1 + 1e-9);
  }), { numRuns: 60 });
});
