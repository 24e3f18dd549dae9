import { describe, expect, it } from 'vitest';
import { objectsOf } from '../../testing/sample-mesh.ts';
import { validate } from '../../validate.ts';

const base = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kuma.io/sidecar-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {template: {metadata: {labels: {app: cart, version: v1}}, spec: {containers: [{name: main, ports: [{containerPort: 8080}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const policy = (kind: string, name: string, spec: string, namespace = 'shop', labels = '{}'): string => `---
apiVersion: kuma.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}
spec: ${spec}
`;
const told = (...documents: string[]): string[] => validate(objectsOf(base + documents.join(''))).map(({ code, object, path }) => `${code.replace('kuma-policy/', '')} ${object.name} ${path}`).sort();
const to = (target: string, setting = 'connectionTimeout: 1s'): string => `to: [{targetRef: {${target}}, default: {${setting}}}]`;

describe('policies of Kuma', () => {
  it.each([
    ['kind: MeshService, name: cart', true], ['kind: MeshService, name: cart, sectionName: http', true], ['kind: MeshService, name: cart, sectionName: "80"', true], ['kind: MeshService, name: cart, sectionName: grpc', false],
    ['kind: MeshService, name: cart_shop_svc_80', true], ['kind: MeshService, name: cart_shop_svc_81', false], ['kind: MeshService, name: cart_bank_svc_80', false], ['kind: MeshService, name: cart, namespace: bank', false],
    ['kind: MeshServiceSubset, name: cart_shop_svc_80, tags: {version: v1}', true], ['kind: MeshServiceSubset, name: cart_shop_svc_80, tags: {version: v2}', false],
    ['kind: MeshServiceSubset, name: cart_shop_svc_80, tags: {kuma.io/zone: east}', true], ['kind: MeshExternalService, name: bank', false], ['kind: MeshMultiZoneService, name: cart', false], ['kind: Mesh', true], ['kind: Surprise', true],
  ])('a `to` for %s is there: %s', (target, isThere) => {
    expect(told(policy('MeshTimeout', 'a', `{${to(target)}}`))).toEqual(isThere ? [] : ['peer-not-found a spec/to[0]/targetRef']);
  });

  it('policies of operators name what is in any namespace', () => {
    expect(told(policy('MeshTimeout', 'a', `{${to('kind: MeshService, name: anything')}}`, 'kuma-system'))).toEqual([]);
    expect(told(policy('MeshTimeout', 'a', `{targetRef: {kind: Dataplane, labels: {app: cart}}, ${to('kind: Mesh')}}`, 'kuma-system'))).toEqual([]);
    expect(told(policy('MeshTimeout', 'a', `{targetRef: {kind: Dataplane, labels: {app: cart}}, ${to('kind: Mesh')}}`, 'bank'))).toEqual(['target-not-found a spec/targetRef']);
  });

  it('without any proxy that is known, that none is selected says nothing', () => {
    const alone = policy('MeshTimeout', 'a', `{targetRef: {kind: MeshSubset, tags: {app: nobody}}, ${to('kind: Mesh')}}`);
    expect(told(alone)).toEqual(['target-not-found a spec/targetRef']);
    expect(validate(objectsOf(alone.slice(4)))).toEqual([]);
  });

  it('of two policies for the same the first by name wins, in the same mesh and for the same target alone', () => {
    const a = policy('MeshTimeout', 'a', `{${to('kind: MeshService, name: cart', 'connectionTimeout: 1s, idleTimeout: 1h')}}`), b = (spec: string, labels?: string): string => policy('MeshTimeout', 'b', spec, 'shop', labels);
    expect(told(a, b(`{${to('kind: MeshService, name: cart')}}`))).toEqual(['overridden b spec/to[0]']);
    expect(told(a, b(`{${to('kind: MeshService, name: cart, namespace: shop')}}`))).toEqual(['overridden b spec/to[0]']);
    expect(told(a, b(`{${to('kind: MeshService, name: cart', 'http: {requestTimeout: 5s}')}}`))).toEqual([]);
    expect(told(a, b(`{${to('kind: Mesh')}}`))).toEqual([]);
    expect(told(a, b(`{targetRef: {kind: Dataplane, labels: {app: cart}}, ${to('kind: MeshService, name: cart')}}`))).toEqual([]);
    expect(told(a, b(`{${to('kind: MeshService, name: cart')}}`, '{kuma.io/mesh: other}'))).toEqual([]);
    expect(told(a, b(`{${to('kind: MeshService, name: cart')}}`, '{kuma.io/display-name: "0"}'))).toEqual([]);
  });

  it('a mesh with mTLS takes permissions by rules, and identities, too', () => {
    const mesh = (spec: string): string => `---\napiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: default}\nspec: ${spec}\n`, mtls = '{mtls: {enabledBackend: ca, backends: [{name: ca, type: builtin}]}}';
    const allow = policy('MeshTrafficPermission', 'a', '{rules: [{default: {allow: [{spiffeID: {type: Prefix, value: "spiffe://a/"}}]}}]}'), deny = policy('MeshTrafficPermission', 'a', '{from: [{targetRef: {kind: Mesh}, default: {action: Deny}}]}');
    expect(told(mesh(mtls), allow)).toEqual([]);
    expect(told(mesh(mtls), deny)).toEqual(['kuma-mesh/mtls-without-permission default spec/mtls/enabledBackend']);
    expect(told(mesh('{}'), allow)).toEqual(['needs-mtls a spec']);
    expect(told(mesh('{}'), allow, policy('MeshIdentity', 'i', '{}'))).toEqual([]);
    expect(told(allow)).toEqual([]);
  });
});
