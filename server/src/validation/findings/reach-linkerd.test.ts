import { expect, it } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { sampleLinkerd } from '../testing/sample-linkerd.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { buildMesh } from '../validate.ts';
import { reachOf } from './reach.ts';

const objects = objectsOf(sampleLinkerd), mesh = buildMesh(objects, defaultSettings);
const till = [{ namespace: 'boutique', name: 'till' }], host = ['till.boutique.svc.cluster.local'];

it.each([
  ['Server', 'till-http', { serving: till }], ['Server', 'machines', { serving: [{ namespace: 'boutique', name: 'press' }] }], ['ServerAuthorization', 'till', { serving: till }],
  ['AuthorizationPolicy', 'till', { serving: till }], ['MeshTLSAuthentication', 'callers', { serving: till }], ['NetworkAuthentication', 'pods', { serving: till }],
  ['HTTPLocalRateLimitPolicy', 'till', { serving: till }], ['HTTPRoute', 'till-in', { serving: till, hosts: [] }], ['HTTPRoute', 'till-out', { serving: [], hosts: host }],
  ['ServiceProfile', 'till.boutique.svc.cluster.local', { hosts: host }], ['ConfigMap', 'linkerd-config', { servingNamespaces: ['*'] }],
])('%s %s', (kind, name, reach) => {
  const object = objects.find((one) => one.kind === kind && one.name === name)!;
  expect(reachOf(object, '', mesh)).toMatchObject(reach);
});

it('a policy for a namespace reaches all of it', () => {
  const [policy] = objectsOf('apiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: {name: all, namespace: boutique}\nspec: {targetRef: {kind: Namespace, name: boutique}}');
  expect(reachOf(policy!, '', mesh)).toMatchObject({ servingNamespaces: ['boutique'], serving: [] });
});
