import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from './model/settings.ts';
import { toConfigObject, type ConfigObject } from './model/config-object.ts';
import { reachOf } from './findings/reach.ts';
import { rootOf } from './findings/root.ts';
import { sampleCilium } from './testing/sample-cilium.ts';
import { sampleGatewayApi } from './testing/sample-gateway-api.ts';
import { sampleConsul } from './testing/sample-consul.ts';
import { sampleKuma } from './testing/sample-kuma.ts';
import { sampleLinkerd } from './testing/sample-linkerd.ts';
import { sampleTraefik } from './testing/sample-traefik.ts';
import { objectsOf, sampleMesh } from './testing/sample-mesh.ts';
import { pathsIn, replaced, wrongValue } from './testing/wrong-values.ts';
import { buildMesh, validate } from './validate.ts';
import { Validator } from './validator.ts';

const samples: Readonly<Record<string, readonly ConfigObject[]>> = { istio: objectsOf(sampleMesh), cilium: objectsOf(sampleCilium), linkerd: objectsOf(sampleLinkerd), consul: objectsOf(sampleConsul), kuma: objectsOf(sampleKuma), 'gateway api': objectsOf(sampleGatewayApi), traefik: objectsOf(sampleTraefik) };
const all = Object.values(samples).flat();
const places = all.flatMap((object, index) => pathsIn(object.body).map((path) => ({ index, path })));
const remake = (body: unknown): ConfigObject[] => {
  const answer = toConfigObject(body, { cluster: '', defaultNamespace: 'default' });
  return answer.ok ? [answer.object] : [];
};
const spoilt = fc.array(fc.record({ place: fc.constantFrom(...places), by: wrongValue }), { minLength: 1, maxLength: 5 });
const told = (findings: Iterable<{ code: string; path: string; message: string; object: { name: string } }>): string[] => [...findings].map(({ code, path, message, object }) => `${code} ${object.name} ${path} ${message}`).sort();

describe('several meshes in one cluster', () => {
  it.each(Object.keys(samples).filter((name) => name !== 'istio'))('nothing is found in the sample of %s', (name) => {
    expect(told(validate(samples[name] ?? []))).toEqual([]);
  });

  it('any value in any field is a finding at most, and every finding has a reach and a root', () => {
    fc.assert(fc.property(fc.subarray(all.map((_object, index) => index)), spoilt, (kept, changes) => {
      const bodies = new Map(kept.map((index) => [index, all[index]?.body]));
      for (const { place: { index, path }, by } of changes) bodies.set(index, replaced(all[index]?.body, path, by));
      const objects = [...bodies.values()].flatMap(remake), mesh = buildMesh(objects, defaultSettings);
      const byId = new Map(objects.map((object) => [`${object.group} ${object.kind} ${object.namespace}/${object.name}`, object]));
      for (const finding of validate(objects)) {
        expect(typeof finding.path === 'string' && finding.message.length > 0).toBe(true);
        const object = byId.get(`${finding.object.group} ${finding.object.kind} ${finding.object.namespace}/${finding.object.name}`);
        expect(object).toBeDefined();
        expect(Array.isArray(reachOf(object!, finding.path, mesh).hosts)).toBe(true);
        expect(rootOf(finding, object, mesh).name.length).toBeGreaterThan(0);
      }
    }), { numRuns: 300 });
  });

  it('checks again what depends on a change, and nothing is missed', () => {
    fc.assert(fc.property(spoilt, fc.array(fc.nat(all.length - 1), { maxLength: 3 }), (changes, removals) => {
      const current = new Map(all.map((object) => [object.id, object])), validator = new Validator(current.values());
      for (const { place: { index, path }, by } of changes) {
        for (const object of remake(replaced(all[index]?.body, path, by))) {
          current.set(object.id, object);
          validator.apply([object]);
          expect(told(validator.findings())).toEqual(told(validate([...current.values()])));
        }
      }
      for (const id of removals.flatMap((index) => all[index]?.id ?? [])) {
        current.delete(id);
        validator.apply([], [id]);
        expect(told(validator.findings())).toEqual(told(validate([...current.values()])));
      }
    }), { numRuns: 80 });
  });
});
