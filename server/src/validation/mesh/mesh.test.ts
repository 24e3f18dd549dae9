import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { buildMesh } from '../validate.ts';
import { namespaceServerMode } from './mtls.ts';
import { providedKeys } from './provided-keys.ts';

const policy = (name: string, made: string, mode: string): string => `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: shop${made === '' ? '' : `, creationTimestamp: "${made}"`}}
spec: {mtls: {mode: ${mode}}}
`;

describe('MeshIndex', () => {
  const objects = objectsOf(policy('b', '', 'PERMISSIVE') + policy('a', '', 'PERMISSIVE') + policy('young', '2026-06-01T00:00:00Z', 'DISABLE') + policy('old', '2026-01-01T00:00:00Z', 'STRICT'));
  const ordered = ['old', 'young', 'a', 'b'];

  it('gives objects by age, then by name, in whatever order they came; what is not applied yet comes last', () => {
    for (const given of [objects, objects.toReversed()]) {
      const mesh = buildMesh(given, defaultSettings);
      expect(mesh.find('kind-in', 'PeerAuthentication/shop').map(({ name }) => name)).toEqual(ordered);
      expect(namespaceServerMode('shop', mesh)).toBe('STRICT');
    }
  });

  it('keeps that order as objects go and come', () => {
    const mesh = buildMesh(objects, defaultSettings), names = (): string[] => mesh.find('kind-in', 'PeerAuthentication/shop').map(({ name }) => name);
    expect(names()).toEqual(ordered);
    for (const object of objects) {
      const keys = providedKeys(object, mesh);
      mesh.remove(object, keys);
      expect(names()).toEqual(ordered.filter((name) => name !== object.name));
      mesh.add(object, keys);
      expect(names()).toEqual(ordered);
    }
    for (const object of objects) mesh.remove(object, providedKeys(object, mesh));
    expect(names()).toEqual([]);
  });
});
