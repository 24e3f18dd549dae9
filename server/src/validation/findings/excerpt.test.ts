import fc from 'fast-check';
import { expect, it } from 'vitest';
import { objectsOf } from '../testing/sample-mesh.ts';
import { excerptOf } from './excerpt.ts';

const object = (yaml: string) => objectsOf(yaml)[0]!;
const routes = object(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: b, managedFields: [{ manager: kubectl }] }
spec: { hosts: [x], http: [${Array.from({ length: 40 }, (_, i) => `{ route: [{ destination: { host: h${i} }, weight: 1 }] }`).join(', ')}] }
status: { observedGeneration: 7 }`);

it('holds the lines around what a path names', () => {
  const excerpt = excerptOf(routes, 'spec/http[20]/route[0]/destination')!;
  expect(excerpt.lines.slice(excerpt.from - excerpt.firstLine, excerpt.to - excerpt.firstLine + 1).map((line) => line.trim())).toEqual(['- destination:', 'host: h20']);
  expect(excerpt.lines.length).toBeLessThanOrEqual(60);
  expect(excerpt.truncated).toBe(false);
});

it('of an object as a whole begins with it and is cut', () => {
  expect(excerptOf(routes, '')).toMatchObject({ firstLine: 1, from: 1, truncated: true });
});

it('shows the deepest part of a path that is there', () => {
  const excerpt = excerptOf(routes, 'spec/hosts[0]/nothing')!;
  expect(excerpt.lines[excerpt.from - excerpt.firstLine]?.trim()).toBe('- x');
});

it('never shows Secrets, environment, arguments or what Kubernetes adds', () => {
  expect(excerptOf(object('{ apiVersion: v1, kind: Secret, metadata: { name: a }, data: { a: aHVudGVyMg== } }'), '')).toBeNull();
  const pod = object(`apiVersion: v1
kind: Pod
metadata: { name: a, annotations: { kubectl.kubernetes.io/last-applied-configuration: hunter2 } }
spec: { containers: [{ name: app, env: [{ name: A, value: hunter2 }], args: [hunter2], command: [hunter2], envFrom: [{ secretRef: { name: hunter2 } }] }] }`);
  expect(excerptOf(pod, '')?.lines.join('\n')).toMatch(/name: app/);
  expect(excerptOf(pod, '')?.lines.join('\n')).not.toMatch(/hunter2/);
  expect(excerptOf(routes, '')?.lines.join('\n')).not.toMatch(/managedFields|observedGeneration/);
});

it('takes any body and path', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string(), (body, path) => {
    const excerpt = excerptOf({ kind: 'Any', group: 'g', body }, path);
    expect(excerpt === null || (excerpt.from >= excerpt.firstLine && excerpt.to >= excerpt.from && excerpt.lines.length <= 60)).toBe(true);
  }));
});
