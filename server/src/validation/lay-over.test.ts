import { describe, expect, it } from 'vitest';
import { layOver } from './lay-over.ts';
import { objectsOf } from './testing/sample-mesh.ts';
import { validate } from './validate.ts';

const route = (name: string, made: string, path: string): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop${made === '' ? '' : `, creationTimestamp: "${made}"`}}
spec: {parentRefs: [{name: edge}], hostnames: [shop.example], rules: [{matches: [{path: {value: ${path}}}]}]}
`;

describe('layOver', () => {
  const standing = objectsOf(route('old', '2026-01-01T00:00:00Z', '/a') + route('young', '2026-06-01T00:00:00Z', '/b'));

  it('puts an object in the place of that of the same id, and others beside', () => {
    const applied = objectsOf(route('young', '', '/c') + route('other', '', '/d'));
    const all = layOver(standing, applied);
    expect(all.map(({ name }) => name)).toEqual(['old', 'young', 'other']);
    expect(all.slice(1).map(({ spec }) => spec)).toEqual(applied.map(({ spec }) => spec));
    expect(all[2]).toBe(applied[1]);
  });

  it('leaves an object its age, so that of two routes the older goes first still', () => {
    const told = validate(layOver(standing, objectsOf(route('old', '', '/b')))).filter(({ code }) => code === 'gateway-api/match-repeated');
    expect(told.map(({ object }) => object.name)).toEqual(['young']);
  });
});
