import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { certificates } from '../testing/certificates.ts';
import { sampleLinkerd } from '../testing/sample-linkerd.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { validate } from '../validate.ts';

const nowMs = Date.parse('2026-11-25T00:00:00Z');
const indent = (text: string): string => text.split('\n').map((line) => `    ${line}`).join('\n');
const found = (yaml: string, at: number | undefined = nowMs) => validate(objectsOf(yaml), { ...defaultSettings, nowMs: at }).map(({ code, severity, message }) => `${code} ${severity}: ${message}`);
const roots = (...bundle: string[]): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-identity-trust-roots, namespace: linkerd}\ndata:\n  ca-bundle.crt: |\n${indent(bundle.join('\n'))}\n`;

describe('trust anchors', () => {
  it('one that is good is enough', () => {
    expect(found(roots(certificates.short, certificates.root))).toEqual([]);
    expect(found(roots(certificates.short))).toEqual(['linkerd-control-plane/trust-anchor warning: trust anchor root.linkerd.cluster.local expires on 2026-12-21, in 26 days']);
  });

  it('time is not judged where none is given, and an expired anchor is an error', () => {
    expect(validate(objectsOf(roots(certificates.short)))).toEqual([]);
    expect(found(roots(certificates.short), nowMs + 365 * 86_400_000)).toEqual([expect.stringContaining('error: trust anchor root.linkerd.cluster.local expired on 2026-12-21') as string]);
  });

  it('what is no certificate is told', () => {
    expect(found(roots('nothing'))).toEqual(['linkerd-control-plane/trust-anchor error: there is no certificate in it that can be read']);
  });
});

describe('versions', () => {
  const pods = (version: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, ownerReferences: [{kind: ReplicaSet, name: a, controller: true}]}\nspec: {containers: [{name: linkerd-proxy, image: 'x/proxy:${version}'}]}\n`;
  const plane = (version: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: linkerd-config, namespace: linkerd}\ndata: {values: 'linkerdVersion: ${version}'}\n`;

  it.each([
    ['edge-26.9.1', 'edge-26.9.1', []], ['edge-26.9.1', 'edge-26.10.1', ['older than']], ['edge-26.10.1', 'edge-26.9.1', ['newer than']],
    ['stable-2.14.10', 'edge-26.9.1', ['of another channel than']], ['git-abc', 'edge-26.9.1', []],
  ])('a proxy of %s beside a control plane of %s', (proxy, control, how) => {
    expect(found(`${pods(proxy)}---\n${plane(control)}`).map((line) => /older than|newer than|of another channel than/.exec(line)?.[0])).toEqual(how);
  });
});

it('a Server is authorized by a policy of its namespace, and by one of its routes', () => {
  const withoutPolicies = sampleLinkerd.split('---').filter((part) => !/kind: (?:ServerAuthorization|AuthorizationPolicy)\n/.test(part)).join('---');
  const codes = (yaml: string): string[] => found(yaml).filter((line) => line.startsWith('linkerd-server/'));
  expect(codes(withoutPolicies)).toEqual(['linkerd-server/nobody-authorized warning: no AuthorizationPolicy or ServerAuthorization of namespace boutique is about Server till-http']);
  for (const target of ['{kind: Namespace, name: boutique}', '{group: policy.linkerd.io, kind: HTTPRoute, name: till-in}', '{group: policy.linkerd.io, kind: Server, name: till-http}']) {
    expect(codes(`${withoutPolicies}---\napiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: boutique}\nspec: {targetRef: ${target}, requiredAuthenticationRefs: []}`)).toEqual([]);
  }
});
