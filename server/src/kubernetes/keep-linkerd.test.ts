import { expect, it } from 'vitest';
import { keepLinkerdConfig, keepTrustRoots } from './keep-linkerd.ts';

const configMap = (name: string, data: unknown) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'linkerd', uid: 'u', resourceVersion: '1' }, data });

it('keeps of the Helm values what checks read, and no key', () => {
  const values = 'linkerdVersion: edge-25.1.1\nidentity:\n  issuer:\n    scheme: linkerd.io/tls\n    tls: {crtPEM: public, keyPEM: secret}\nproxy: {image: {version: edge-25.1.1, name: proxy}, opaquePorts: "25"}\n';
  const kept = keepLinkerdConfig(configMap('linkerd-config', { values, other: 'secret' }));
  expect(JSON.parse((kept['data'] as { values: string }).values)).toEqual({
    linkerdVersion: 'edge-25.1.1', identity: { issuer: { scheme: 'linkerd.io/tls', tls: { crtPEM: 'public' } } }, proxy: { image: { version: 'edge-25.1.1' }, opaquePorts: '25' },
  });
  expect(JSON.stringify(kept)).not.toContain('secret');
});

it.each([undefined, '', 'a: [', '- 1', 7])('takes values that cannot be read for none: %j', (values) => {
  expect(keepLinkerdConfig(configMap('linkerd-config', { values }))['data']).toEqual({ values: '{}' });
});

it('keeps the trust anchors alone', () => {
  expect(keepTrustRoots(configMap('linkerd-identity-trust-roots', { 'ca-bundle.crt': 'pem', more: 'x' }))['data']).toEqual({ 'ca-bundle.crt': 'pem' });
});
