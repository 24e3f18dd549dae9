import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, Known, object, pod } from '../testing/objects.ts';
import type { ResourceId } from '../resources.ts';
import { ClusterAddresses } from './cluster-addresses.ts';
import type { Claim } from './claims-of-object.ts';
import { OwnedAddresses, type AddressInterval } from './owned-addresses.ts';

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);
const hour = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
const brief = ({ address, port, entity: { kind, name }, services, fromMs, toMs }: AddressInterval): string =>
  `${address}${port ? `:${port}` : ''} ${kind} ${name} [${services.join(' ')}] ${hour(fromMs)}–${toMs === null ? '' : hour(toMs)}`;

const node = object('Node', '/node-1', {}, { labels: { 'topology.kubernetes.io/zone': 'eu-1a' } });
const replicaSet = object('ReplicaSet', 'shop/orders-6d8b87b9f', {}, { uid: 'rs', ownerReferences: [{ controller: true, kind: 'Deployment', name: 'orders' }] });
const ownedBy = { ownerReferences: [{ controller: true, kind: 'ReplicaSet', name: 'orders-6d8b87b9f', uid: 'rs' }], labels: { app: 'orders', version: 'v2', 'pod-template-hash': '6d8b87b9f' } };
const slice = (service: string, ...addresses: readonly string[]): ReturnType<typeof object> =>
  object('EndpointSlice', `shop/${service}-slice`, { endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: false } })) }, { labels: { 'kubernetes.io/service-name': service } });
const service = object('Service', 'shop/orders', { spec: { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'], ports: [{ port: 80 }] } });

/** Everything a cluster has at first, in the order of resources given. */
function begin(known: Known, order: readonly ResourceId[], earlier: readonly AddressInterval[] = [], now = at('12:00:00')): { addresses: ClusterAddresses; told: AddressInterval[] } {
  const addresses = new ClusterAddresses({ cluster: 'c', network: 'n', clusterDomain: 'cluster.local', known: known.get, earlier });
  const told = order.flatMap((id) => [...addresses.apply({ ...change(id, [...known.get(id).values()].map((one) => ({ object: one }))), synced: true }, new Set(), now)]);
  return { addresses, told };
}

const needed = ['pods', 'services', 'nodes', 'replicasets.apps', 'jobs.batch', 'endpointslices.discovery.k8s.io'] as const;

function shop(): Known {
  const known = new Known();
  known.put('nodes', node);
  known.put('replicasets.apps', replicaSet);
  known.put('services', service);
  known.put('endpointslices.discovery.k8s.io', slice('orders', '10.1.0.1'));
  known.put('pods', pod('shop/orders-6d8b87b9f-x', '10.1.0.1', '2026-01-01T10:00:00Z', ownedBy));
  return known;
}

describe('who owns an address', () => {
  it('is told once everything is known, in whatever order it came', () => {
    fc.assert(fc.property(fc.shuffledSubarray([...needed], { minLength: 6 }), (order) => {
      const { told } = begin(shop(), order);
      expect(told.map(brief).sort()).toEqual([
        '10.0.0.9 service orders [orders.shop.svc.cluster.local] 00:00:00–',
        '10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–',
      ]);
      expect(told.find(({ pod }) => pod !== '')).toMatchObject({ network: 'n', zone: 'eu-1a', node: 'node-1', pod: 'orders-6d8b87b9f-x', entity: { cluster: 'c', namespace: 'shop', app: 'orders', version: 'v2' } });
    }));
  });

  it('is told although resources of lesser weight are refused', () => {
    const known = shop(), addresses = new ClusterAddresses({ cluster: 'c', network: 'n', clusterDomain: 'cluster.local', known: known.get, earlier: [] });
    for (const id of ['pods', 'services'] as const) addresses.apply({ ...change(id, []), synced: true }, new Set(), at('12:00:00'));
    expect(addresses.poll(new Set(), at('12:00:00'))).toEqual([]);
    expect(addresses.poll(new Set(needed.slice(2)), at('12:00:01'))).toHaveLength(2);
  });

  it('ends when its pod is deleted, and a pod that takes the address over begins where the other ended', () => {
    const known = shop(), { addresses } = begin(known, needed);
    const taken = pod('shop/web-1', '10.1.0.1', '2026-01-01T12:30:00Z', { labels: { app: 'web' } });
    expect(addresses.apply(known.put('pods', taken), new Set(), at('12:30:02')).map(brief)).toEqual([
      '10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–12:30:00', '10.1.0.1 workload web-1 [orders.shop.svc.cluster.local] 12:30:00–',
    ]);
    expect(addresses.apply(known.remove('pods', 'shop/orders-6d8b87b9f-x'), new Set(), at('12:31:00'))).toEqual([]);
    expect(addresses.apply(known.remove('pods', 'shop/web-1'), new Set(), at('12:40:00')).map(brief)).toEqual(['10.1.0.1 workload web-1 [orders.shop.svc.cluster.local] 12:30:00–12:40:00']);
    expect(addresses.size).toBe(1);
  });

  it('ends with the last container of a pod that has done its work', () => {
    const known = shop(), { addresses } = begin(known, needed);
    const ended = pod('shop/orders-6d8b87b9f-x', '10.1.0.1', '2026-01-01T10:00:00Z', ownedBy, {
      status: { phase: 'Succeeded', podIP: '10.1.0.1', containerStatuses: [{ state: { terminated: { finishedAt: '2026-01-01T11:59:00Z' } } }] },
    });
    expect(addresses.apply(known.put('pods', ended), new Set(), at('12:05:00')).map(brief)).toEqual(['10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–11:59:00']);
  });

  it('stands behind several services; a service that comes later is known from then on', () => {
    const known = shop(), { addresses } = begin(known, needed);
    const both = '[canary.shop.svc.cluster.local orders.shop.svc.cluster.local]';
    expect(addresses.apply(known.put('endpointslices.discovery.k8s.io', slice('canary', '10.1.0.1')), new Set(), at('13:00:00')).map(brief)).toEqual([
      '10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–13:00:00', `10.1.0.1 workload orders ${both} 13:00:00–`,
    ]);
    // Within a minute it is the same interval, better described.
    expect(addresses.apply(known.remove('endpointslices.discovery.k8s.io', 'shop/canary-slice'), new Set(), at('13:00:30')).map(brief)).toEqual(['10.1.0.1 workload orders [orders.shop.svc.cluster.local] 13:00:00–']);
  });

  it('is by port where several have one address: host-network pods, services behind one load balancer', () => {
    const known = new Known();
    const lb = (name: string, port: number): ReturnType<typeof object> => object('Service', `shop/${name}`, { spec: { clusterIP: 'None', ports: [{ port }] }, status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } });
    known.put('services', lb('web', 443), lb('admin', 8443));
    known.put('pods', pod('kube-system/agent', '192.168.0.1', '2026-01-01T09:00:00Z', {}, { spec: { hostNetwork: true, nodeName: 'node-1', containers: [{ ports: [{ containerPort: 9100, hostPort: 9100 }] }] } }));
    expect(begin(known, needed).told.map(brief).sort()).toEqual([
      '192.168.0.1:9100 workload agent [] 09:00:00–', '203.0.113.1:443 service web [web.shop.svc.cluster.local] 00:00:00–', '203.0.113.1:8443 service admin [admin.shop.svc.cluster.local] 00:00:00–',
    ]);
  });
});

describe('after a restart', () => {
  const first = begin(shop(), needed).told;

  it('what stands unchanged is not told again', () => {
    expect(begin(shop(), needed, first, at('18:00:00')).told).toEqual([]);
  });

  it('what vanished meanwhile has ended by now; what was taken over has ended when it was', () => {
    const gone = new Known();
    gone.put('services', service);
    expect(begin(gone, needed, first, at('18:00:00')).told.map(brief)).toEqual(['10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–18:00:00']);
    gone.put('pods', pod('shop/web-1', '10.1.0.1', '2026-01-01T15:00:00Z'));
    expect(begin(gone, needed, first, at('18:00:00')).told.map(brief)).toEqual(['10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–15:00:00', '10.1.0.1 workload web-1 [] 15:00:00–']);
  });

  it('a pod of the same name that is another pod begins anew', () => {
    const known = shop();
    known.put('pods', pod('shop/orders-6d8b87b9f-x', '10.1.0.1', '2026-01-01T16:00:00Z', { ...ownedBy, uid: 'another' }));
    expect(begin(known, needed, first, at('18:00:00')).told.map(brief)).toEqual([
      '10.1.0.1 workload orders [orders.shop.svc.cluster.local] 10:00:00–16:00:00', '10.1.0.1 workload orders [orders.shop.svc.cluster.local] 16:00:00–',
    ]);
  });
});

it('intervals of an address never overlap, whatever is claimed and given up', () => {
  const claim = (claimant: string, fromMs: number): Claim => ({
    address: 'a', port: 0, claimant, fromMs, services: [], pod: claimant, node: '', zone: '', entity: { cluster: 'c', namespace: 'n', kind: 'workload', name: claimant, app: '', version: '' },
  });
  const step = fc.record({ claimant: fc.constantFrom('p', 'q', 'r'), claims: fc.boolean(), ageMs: fc.integer({ min: 0, max: 5_000 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const owned = new OwnedAddresses('n'), byStart = new Map<number, AddressInterval>();
    steps.forEach(({ claimant, claims, ageMs }, i) => {
      const nowMs = 10_000 + i * 1_000;
      for (const one of owned.claim(claimant, claims ? [claim(claimant, nowMs - ageMs)] : [], nowMs)) byStart.set(one.fromMs, one);
    });
    const sorted = [...byStart.values()].sort((a, b) => a.fromMs - b.fromMs);
    for (const [i, one] of sorted.slice(0, -1).entries()) expect(one.toMs ?? Infinity).toBeLessThanOrEqual(sorted[i + 1]?.fromMs ?? Infinity);
  }), { numRuns: 500 });
});
