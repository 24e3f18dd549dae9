import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../validation/parse/parse-manifests.ts';
import { buildInventory, type InventoryPod } from './build-inventory.ts';
import { serviceOfHost } from './routing-features.ts';

const manifests = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v2, namespace: shop }
spec: { replicas: 3, template: { metadata: { labels: { app: orders, version: v2 } } } }
status: { replicas: 3, availableReplicas: 2 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: waypoint, namespace: shop }
spec: { template: { metadata: { labels: { gateway.istio.io/managed: istio.io-mesh-controller } } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - timeout: 5s
      fault: { delay: { fixedDelay: 1s } }
      route: [{ destination: { host: orders, subset: v1 }, weight: 90 }, { destination: { host: orders.shop.svc.cluster.local, subset: v2 }, weight: 10 }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: other }
spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec: { hosts: ['*.Payments.example'], location: MESH_EXTERNAL, exportTo: ['.'] }
`;
const { objects } = parseManifests('f', manifests, { cluster: 'c', defaultNamespace: 'default' });
const pod = (workload: InventoryPod['workload'], body: unknown): InventoryPod => ({ cluster: 'c', namespace: 'shop', workload, body });

describe('what exists', () => {
  const inventory = buildInventory(objects, [
    pod({ kind: 'Deployment', name: 'orders-v2' }, { spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'istio-proxy' }] } }),
    pod({ kind: 'Pod', name: 'debug' }, { metadata: { labels: { app: 'debug' }, annotations: { 'ambient.istio.io/redirection': 'enabled' } } }),
  ]);

  it('is namespaces, services with what routing does to them, and entries', () => {
    expect(inventory.namespaces.map(({ name, labels }) => [name, labels.get('istio-injection')])).toEqual([['shop', 'enabled']]);
    expect(inventory.services[0]).toMatchObject({ cluster: 'c', namespace: 'shop', name: 'orders' });
    expect([...inventory.services[0]?.routing ?? []].sort()).toEqual(['circuitBreaker', 'faultInjection', 'requestRouting', 'requestTimeout', 'trafficShifting', 'virtualService']);
    expect(inventory.serviceEntries).toMatchObject([{ name: 'payments', hosts: ['*.payments.example'], exportTo: ['.'] }]);
  });

  it('is workloads, by their objects and by their pods', () => {
    const workloads = new Map(inventory.workloads.map((one) => [one.name, one]));
    expect(workloads.get('orders-v2')).toMatchObject({ kind: 'Deployment', app: 'orders', version: 'v2', role: 'workload', dataPlane: 'sidecar', pods: 1, replicas: { desired: 3, current: 3, available: 2, syncedProxies: -1 } });
    expect(workloads.get('waypoint')).toMatchObject({ role: 'waypoint', dataPlane: null, pods: 0, replicas: null });
    expect(workloads.get('debug')).toMatchObject({ kind: 'Pod', app: 'debug', dataPlane: 'ambient', pods: 1, replicas: null });
  });
});

it.each([['orders', 'shop/orders'], ['orders.other', 'other/orders'], ['orders.other.svc', 'other/orders'], ['orders.other.svc.cluster.local', 'other/orders'], ['*.example', undefined], ['api.example.com', undefined]] as const)('%s means %s', (host, service) => {
  expect(serviceOfHost(host, 'shop')).toBe(service);
});
