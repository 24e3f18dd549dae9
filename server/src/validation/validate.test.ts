import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toConfigObject, type ConfigObject } from './model/config-object.ts';
import { objectsOf, sampleMesh } from './testing/sample-mesh.ts';
import { runCheck, type Check } from './checks/check.ts';
import type { Finding } from './model/finding.ts';
import { defaultSettings } from './model/settings.ts';
import { buildMesh, validate } from './validate.ts';
import { Validator } from './validator.ts';

const sample = objectsOf(sampleMesh);
const remake = (body: unknown): ConfigObject | undefined => {
  const answer = toConfigObject(body, { cluster: '', defaultNamespace: 'default' });
  return answer.ok ? answer.object : undefined;
};
/** One line for each finding. A name alone does not tell the object: others bear it in other namespaces and groups. */
const asText = (findings: Iterable<Pick<Finding, 'code' | 'path' | 'message' | 'object'>>): string[] => [...findings].map(({ code, path, message, object: { group, kind, namespace, name } }) => `${code} ${group}/${kind} ${namespace}/${name} ${path} ${message}`).sort();

/** Every path to a value in a manifest, identity apart. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key]));
  return path.length === 0 ? children : [path, ...children];
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[step] = replaced((copy as Record<string | number, unknown>)[step], rest, by);
  return copy;
}

const wrong = fc.constantFrom<unknown>(null, 0, -1, 1e999, true, '', '*', '*.', '.', '/', 'a/b/c', '[0]', '__proto__', 'constructor', [], {}, [null], [[]], [7], { a: null }, 'x'.repeat(10_000), '\u0000\ud800', { __proto__: 1, toString: 3, hasOwnProperty: 1 });

describe('validate', () => {
  it('finds little in a mesh that is meant to be right', () => {
    expect(asText(validate(sample)).filter((line) => !line.startsWith('destination-rule/ambient'))).toEqual([]);
  });

  it('takes any value in any field, and still checks the other objects', () => {
    const places = sample.flatMap((object, index) => pathsIn(object.body).map((path) => ({ index, path })));
    const undisturbed = objectsOf('apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: other, namespace: far}\nspec: {hosts: [x.example], tcp: [{route: [{destination: {host: y.example}, weight: 5}]}]}');
    fc.assert(fc.property(fc.array(fc.record({ place: fc.constantFrom(...places), by: wrong }), { minLength: 1, maxLength: 4 }), (changes) => {
      const bodies = sample.map(({ body }) => body);
      for (const { place: { index, path }, by } of changes) bodies[index] = replaced(sample[index]?.body, path, by);
      const findings = validate([...bodies.flatMap((body) => remake(body) ?? []), ...undisturbed]);
      expect(findings.filter(({ object }) => object.name === 'other').map(({ code }) => code)).toContain('virtual-service/single-weight');
      for (const { path, message } of findings) expect(typeof path === 'string' && message.length > 0).toBe(true);
    }), { numRuns: 400 });
  });
});

describe('Validator', () => {
  it('says after any changes what a validation of the whole says', () => {
    const places = sample.flatMap((object, index) => pathsIn(object.body).map((path) => ({ index, path })));
    const step = fc.oneof(
      fc.record({ kind: fc.constant('replace' as const), place: fc.constantFrom(...places), by: wrong }),
      fc.record({ kind: fc.constant('remove' as const), index: fc.nat(sample.length - 1) }),
      fc.record({ kind: fc.constant('restore' as const), index: fc.nat(sample.length - 1) }),
    );
    const at = (kind: string, name: string): number => sample.findIndex((object) => object.kind === kind && object.name === name);
    type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
    const replace = (index: number, path: readonly (string | number)[], by: unknown): Step => ({ kind: 'replace', place: { index, path }, by });
    const service = at('VirtualService', 'cart'), gateway = at('Gateway', 'edge'), policy = at('PeerAuthentication', 'default');
    // Two of one name in two namespaces, and what is found of one of them goes: the other's finding stays.
    const namesakes: Step[] = [replace(service, ['metadata', 'namespace'], null), { kind: 'remove', index: gateway }, { kind: 'remove', index: service }];
    // Two policies of one namespace, of which one counts: not the one that happened to come last.
    const rivals: Step[] = [replace(policy, ['metadata', 'name'], '.'), replace(policy, ['spec', 'mtls', 'mode'], '[0]')];
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const current = new Map(sample.map((object) => [object.id, object]));
      const validator = new Validator(current.values());
      for (const change of steps) {
        const before = asText(validator.findings());
        const original = sample[change.kind === 'replace' ? change.place.index : change.index];
        const object = change.kind === 'replace' ? remake(replaced(original?.body, change.place.path, change.by)) : original;
        if (object === undefined) continue;
        if (change.kind === 'remove') current.delete(object.id);
        else current.set(object.id, object);
        const { appeared, gone } = change.kind === 'remove' ? validator.apply([], [object.id]) : validator.apply([object]);
        const after = asText(validator.findings());
        expect(after).toEqual(asText(validate([...current.values()])));
        expect([...before.filter((line) => !asText(gone).includes(line)), ...asText(appeared)].sort()).toEqual(after);
      }
    }), { numRuns: 150, examples: [[namesakes], [rivals]] });
  });

  it('checks only what depends on the object that changed', () => {
    const mesh = Array.from({ length: 40 }, (_, n) => objectsOf(sampleMesh.replaceAll('shop', `shop-${n}`).replaceAll('quiet', `quiet-${n}`).replaceAll('example', `example-${n}`)).filter(({ kind }) => kind !== 'GatewayClass')).flat();
    const validator = new Validator(mesh);
    const deployment = mesh.find(({ kind, namespace }) => kind === 'Deployment' && namespace === 'shop-7');
    const body = replaced(deployment?.body, ['spec', 'template', 'metadata', 'labels', 'version'], 'v2');
    const { checked, appeared } = validator.apply([remake(body)].flatMap((object) => object ?? []));
    expect(checked).toBeLessThan(20);
    expect(appeared.map(({ code, object }) => [code, object.namespace])).toEqual([['destination-rule/subset-matches-nothing', 'shop-7']]);
  });
});

it('says the same of one path once, however much there is to say', () => {
  const check: Check = { code: 'object/many', severity: 'info', kinds: 'any', title: '', meaning: '', remedy: '', run: (_object, _mesh, report) => { for (let n = 0; n < 2_000; n++) report(`spec/http[${n % 1_000}]`, 'm'); } };
  const before: Finding = { code: 'object/other', kiali: undefined, severity: 'info', object: sample[0]!, path: 'spec/http[7]', message: 'm', origin: undefined }, found = [before];
  runCheck(check, sample[0]!, buildMesh(sample, defaultSettings), found);
  expect(found.map(({ path }) => path)).toEqual(['spec/http[7]', ...Array.from({ length: 1_000 }, (_, n) => `spec/http[${n}]`)]);
});
