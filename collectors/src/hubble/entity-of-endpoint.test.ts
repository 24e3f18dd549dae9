import { expect, it } from 'vitest';
import { entityOfEndpoint } from './entity-of-endpoint.ts';
import { noEndpoint, type HubbleEndpoint } from './flow-message.ts';

const unknown = { cluster: '', namespace: '', kind: 'unknown', name: '', app: '', version: '' };
const entity = (endpoint: Partial<HubbleEndpoint>, cluster = '', dnsNames: readonly string[] = []) => entityOfEndpoint({ ...noEndpoint, ...endpoint }, cluster, dnsNames);
const labelled = (...labels: string[]) => entity({ labels });

it('names the workload that Cilium names, else the one in the name of the pod', () => {
  const pod = { namespace: 'shop', podName: 'cart-5c7d8f9b6d-x2x4z', clusterName: 'east', labels: ['k8s:app=cart', 'k8s:version=v2'] };
  const cart = { cluster: 'east', namespace: 'shop', kind: 'workload', name: 'cart', app: 'cart', version: 'v2' };
  expect(entity(pod)).toEqual(cart);
  expect(entity({ ...pod, workloads: [{ kind: 'Deployment', name: 'cart' }] })).toEqual(cart);
  expect(entity({ ...pod, workloads: [{ kind: 'ReplicaSet', name: 'cart-5c7d8f9b6d' }] })).toEqual(cart);
  expect(entity({ ...pod, workloads: [{ kind: 'Job', name: 'nightly-29384750' }] }).name).toBe('nightly');
});

it('falls back to the application of an identity without a pod, then to its namespace', () => {
  const labels = ['k8s:io.kubernetes.pod.namespace=shop', 'k8s:io.cilium.k8s.policy.cluster=east'];
  expect(labelled('k8s:app=cart', ...labels)).toEqual({ cluster: 'east', namespace: 'shop', kind: 'app', name: 'cart', app: 'cart', version: '' });
  expect(labelled(...labels)).toEqual({ ...unknown, cluster: 'east', namespace: 'shop' });
});

it('prefers the labels of Istio and of Kubernetes over older ones', () => {
  const app = (...labels: string[]) => entity({ namespace: 'shop', podName: 'x', labels }).app;
  expect(app('k8s:app=a', 'k8s:app.kubernetes.io/name=b', 'k8s:service.istio.io/canonical-name=c')).toBe('c');
  expect(app('k8s:app=a', 'k8s:app.kubernetes.io/name=b')).toBe('b');
  expect(app('k8s:k8s-app=kube-dns')).toBe('kube-dns');
});

it('puts the configured name in the place of the cluster that nobody named', () => {
  expect(entity({ namespace: 'shop', podName: 'x', clusterName: 'default' }, 'east').cluster).toBe('east');
  expect(entity({ namespace: 'shop', podName: 'x', clusterName: 'west' }, 'east').cluster).toBe('west');
  expect(entity({ namespace: 'shop', podName: 'x', clusterName: 'default' }).cluster).toBe('default');
});

it('knows gateways and waypoints by the labels that Istio gives them', () => {
  const kind = (...labels: string[]) => entity({ namespace: 'shop', podName: 'x', labels }).kind;
  expect(kind('k8s:istio=ingressgateway')).toBe('gateway');
  expect(kind('k8s:gateway.networking.k8s.io/gateway-name=edge')).toBe('gateway');
  expect(kind('k8s:gateway.networking.k8s.io/gateway-name=waypoint', 'k8s:gateway.istio.io/managed=istio.io-mesh-controller')).toBe('waypoint');
});

it.each([
  [['reserved:world'], 'world', 'world'],
  [['reserved:world-ipv6'], 'world', 'world'],
  [['reserved:host'], 'external', 'host'],
  [['reserved:remote-node'], 'external', 'host'],
  [['reserved:kube-apiserver', 'reserved:world'], 'external', 'kube-apiserver'],
  [['reserved:host', 'reserved:kube-apiserver'], 'external', 'kube-apiserver'],
  [['reserved:health'], 'external', 'health'],
  [['reserved:ingress'], 'gateway', 'ingress'],
  [['reserved:unmanaged'], 'unknown', ''],
  [['reserved:init'], 'unknown', ''],
])('%j is %s «%s»', (labels, kind, name) => {
  expect(labelled(...labels)).toMatchObject({ kind, name });
});

it.each([[1, 'host'], [2, 'world'], [4, 'health'], [6, 'host'], [7, 'kube-apiserver'], [16_777_217, 'world'], [20_252, '']])('identity %i alone is «%s»', (identity, name) => {
  expect(entity({ identity }).name).toBe(name);
});

it('names the outside by DNS where a name is known', () => {
  expect(entity({ labels: ['reserved:world'] }, '', ['api.Payments.example.', 'other.example'])).toMatchObject({ kind: 'external', name: 'api.payments.example' });
  expect(labelled('fqdn:api.example.com', 'reserved:world')).toMatchObject({ kind: 'external', name: 'api.example.com' });
  expect(labelled('fqdn:*.example.com', 'reserved:world')).toMatchObject({ kind: 'world' });
});
