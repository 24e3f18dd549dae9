import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../validation/parse/parse-manifests.ts';
import { keepPod, keepWorkload } from '../keep-object.ts';
import { object } from '../testing/objects.ts';
import type { ConfigHead, ConfigVersion } from './config-version.ts';
import { ConfigVersions } from './config-versions.ts';
import { differenceOfManifests } from './manifest-set.ts';
import { storedForm } from './stored-form.ts';

const rule = (host: string, resourceVersion = '1', uid = 'u'): ReturnType<typeof object> =>
  ({ ...object('DestinationRule', 'shop/orders', { spec: { host } }, { resourceVersion, uid }), apiVersion: 'networking.istio.io/v1' });
const head = ({ object: _object, ...rest }: ConfigVersion): ConfigHead => rest;
const only = (version: ConfigVersion | undefined): ConfigVersion => {
  if (version === undefined) throw new Error('a version was expected');
  return version;
};

describe('a version', () => {
  it('is what differs from the newest one in what it says, not in its mark', () => {
    const versions = new ConfigVersions('c', []);
    expect(only(versions.put(rule('orders'), 100))).toMatchObject({ cluster: 'c', apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', namespace: 'shop', name: 'orders', seenAtMs: 100, deleted: false });
    expect(versions.put(rule('orders', '2'), 200)).toBeUndefined();
    expect(only(versions.put(rule('other', '3'), 300)).seenAtMs).toBe(300);
  });

  it('of an object never has the time of the one before', () => {
    const versions = new ConfigVersions('c', []);
    const times = ['a', 'b', 'c'].map((host, i) => only(versions.put(rule(host, String(i)), 100)).seenAtMs);
    expect([...times, only(versions.remove(rule('c'), 100)).seenAtMs]).toEqual([100, 101, 102, 103]);
  });

  it('that the store has already is not written again after a restart, but in time before it is forgotten', () => {
    const stored = head(only(new ConfigVersions('c', []).put(rule('orders'), 100)));
    expect(new ConfigVersions('c', [stored]).put(rule('orders', '9'), 200)).toBeUndefined();
    expect(new ConfigVersions('c', [stored]).put(rule('orders'), 100 + 31 * 86_400_000)).toBeDefined();
    expect(new ConfigVersions('c', [stored]).put(rule('changed'), 200)).toBeDefined();
  });

  it('ends for what was deleted while nobody watched, also in an API version that is no longer served', () => {
    const old = head(only(new ConfigVersions('c', []).put({ ...rule('orders'), apiVersion: 'networking.istio.io/v1beta1' }, 100)));
    const versions = new ConfigVersions('c', [old]);
    expect(versions.put(rule('orders'), 200)).toBeDefined();
    expect(versions.settle('networking.istio.io', 'DestinationRule', 300)).toMatchObject([{ apiVersion: 'networking.istio.io/v1beta1', deleted: true, object: '' }]);
    expect(versions.settle('networking.istio.io', 'DestinationRule', 400)).toEqual([]);
    expect(versions.size).toBe(1);
  });
});

describe('what is stored', () => {
  it('of a Secret is its name and type', () => {
    const secret = object('Secret', 'shop/tls', { type: 'kubernetes.io/tls', data: { 'tls.key': 'c2VjcmV0' }, stringData: { password: 'secret' } });
    expect(storedForm(secret)?.object).not.toMatch(/c2VjcmV0|password/);
  });

  it('of a workload is its template, without environment, arguments, status or number of replicas', () => {
    const containers = [{ name: 'app', image: 'orders:1', env: [{ name: 'PASSWORD', value: 'hunter2' }], args: ['--key=hunter2'], ports: [{ containerPort: 80 }] }];
    const deployment = (replicas: number, available: number): ReturnType<typeof object> => keepWorkload({
      ...object('Deployment', 'shop/orders', { spec: { replicas, template: { metadata: { labels: { app: 'orders' } }, spec: { containers } } }, status: { availableReplicas: available } }, { generation: replicas }), apiVersion: 'apps/v1',
    });
    const form = storedForm(deployment(2, 1));
    expect(form?.object).not.toContain('hunter2');
    expect(JSON.parse(form?.object ?? '')).toMatchObject({ kind: 'Deployment', spec: { template: { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'app', image: 'orders:1' }] } } } });
    expect(storedForm(deployment(5, 5))?.digest).toBe(form?.digest);
  });

  it('of pods is one shape a controller, as long as one of them is there', () => {
    const versions = new ConfigVersions('c', []);
    const pod = (name: string): ReturnType<typeof object> => keepPod(object('Pod', `shop/${name}`, { spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] }, status: { podIP: name } }, {
      labels: { app: 'orders', 'apps.kubernetes.io/pod-index': name }, annotations: { 'sidecar.istio.io/status': '{}', 'example.com/started-at': name },
      ownerReferences: [{ controller: true, kind: 'StatefulSet', name: 'orders' }],
    }));
    const first = only(versions.put(pod('orders-0'), 100));
    expect(first.name).toBe('orders');
    expect(versions.put(pod('orders-1'), 200)).toBeUndefined();
    expect(versions.remove(pod('orders-0'), 300)).toBeUndefined();
    expect(versions.remove(pod('orders-1'), 400)).toMatchObject({ name: 'orders', deleted: true });
  });
});

describe('a set of manifests', () => {
  const yaml = (host: string): string => `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: orders }\nspec: { host: ${host} }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: key }\ndata: { a: c2VjcmV0 }\n`;
  const difference = (text: string, heads: readonly ConfigHead[], isWhole: boolean): ReturnType<typeof differenceOfManifests> =>
    differenceOfManifests(new ConfigVersions('c', heads), parseManifests('f', text, { cluster: 'c', defaultNamespace: 'shop' }).objects, isWhole, 100);

  it('adds what is new or changed, of the kinds that are watched', () => {
    const { versions, kept } = difference(yaml('orders'), [], false);
    expect([versions.map(({ kind, name, namespace }) => `${kind} ${namespace}/${name}`), kept]).toEqual([['DestinationRule shop/orders'], 1]);
    expect(difference(yaml('orders'), versions.map(head), false).versions).toEqual([]);
    expect(difference(yaml('other'), versions.map(head), false).versions).toHaveLength(1);
  });

  it('of several objects of one name holds the last', () => {
    const { versions, kept } = difference(`${yaml('first')}---\n${yaml('last')}`, [], true);
    expect([versions.map(({ object: stored }) => (JSON.parse(stored) as { spec: { host: string } }).spec.host), kept]).toEqual([['last'], 1]);
    expect(difference(`${yaml('first')}---\n${yaml('last')}`, versions.map(head), true).versions).toEqual([]);
  });

  it('ends what is not in it only where it is all there is', () => {
    const heads = difference(yaml('orders'), [], false).versions.map(head);
    expect(difference('', heads, false).versions).toEqual([]);
    expect(difference('', heads, true).versions).toMatchObject([{ name: 'orders', deleted: true }]);
  });
});
