import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../model/settings.ts';
import { graphOf } from '../../inference/appenders/inventory-fixture.ts';
import { host as hostOfShop, orders, row, web as shopWeb } from '../../inference/row-fixture.ts';
import { sampleCilium } from '../testing/sample-cilium.ts';
import { sampleGatewayApi } from '../testing/sample-gateway-api.ts';
import { sampleKuma } from '../testing/sample-kuma.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { sampleTraefik } from '../testing/sample-traefik.ts';
import { buildMesh } from '../validate.ts';
import { TouchedGraph } from './touched.ts';
import { reachOf } from './reach.ts';
import type { Reach } from './reached.ts';

const traefik = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: door, namespace: edge}\nspec: {template: {metadata: {labels: {app.kubernetes.io/name: traefik}}}}\n---\n';
const objects = objectsOf([sampleCilium, sampleGatewayApi, sampleKuma, traefik + sampleTraefik].join('---\n')), mesh = buildMesh(objects, defaultSettings);
const reach = (kind: string, name: string, path = '', group = ''): Reach => reachOf(objects.find((one) => one.kind === kind && one.name === name && one.group.includes(group))!, path, mesh);
const host = (name: string, namespace: string): string => `${name}.${namespace}.svc.cluster.local`;
const ledger = { namespace: 'back', name: 'ledger' }, web = { namespace: 'front', name: 'web' }, stock = { namespace: 'store', name: 'stock' };

describe('what a finding reaches', () => {
  it('of Cilium is the traffic of the pods of the policy, in the direction of the entry', () => {
    expect(reach('CiliumNetworkPolicy', 'ledger', 'spec/ingress[0]/fromEndpoints[0]')).toMatchObject({ serving: [ledger], calling: [] });
    expect(reach('CiliumNetworkPolicy', 'ledger', 'spec/ingressDeny')).toMatchObject({ serving: [ledger], calling: [] });
    expect(reach('CiliumNetworkPolicy', 'ledger', 'spec/egress[0]/toFQDNs[0]')).toMatchObject({ serving: [], calling: [ledger] });
    expect(reach('CiliumNetworkPolicy', 'ledger', 'spec/endpointSelector')).toMatchObject({ serving: [ledger], calling: [ledger] });
    expect(reach('CiliumClusterwideNetworkPolicy', 'lookups', 'specs[0]/egress').calling).toEqual(expect.arrayContaining([ledger, web]));
    expect(reach('CiliumEnvoyConfig', 'ledger')).toMatchObject({ hosts: [host('ledger', 'back'), host('ledger', 'back')] });
    expect(reach('CiliumLocalRedirectPolicy', 'ledger')).toMatchObject({ hosts: [host('ledger', 'back')], serving: [ledger] });
  });

  it('of Kuma is calls to the service of a `to`, and into the proxies of a `from`', () => {
    expect(reach('MeshTimeout', 'slow', 'spec/to[0]/targetRef')).toMatchObject({ hosts: [host('stock', 'store')], calling: [], serving: [] });
    expect(reach('MeshHTTPRoute', 'split', 'spec/to[0]/rules[0]/default/backendRefs')).toMatchObject({ hosts: [host('stock', 'store')] });
    expect(reach('MeshTrafficPermission', 'callers', 'spec/from[0]')).toMatchObject({ hosts: [], serving: [stock] });
    expect(reach('MeshAccessLog', 'edge', 'spec/to[0]').hosts).toEqual([]);
    expect(reach('Mesh', 'goods')).toMatchObject({ serving: [stock] });
    expect(reach('Retry', 'retry')).toMatchObject({ serving: [stock] });
    expect(reach('MeshGateway', 'edge')).toMatchObject({ calling: [{ namespace: 'store', name: 'edge' }] });
    expect(reach('MeshExternalService', 'bank')).toMatchObject({ hosts: ['api.bank.example'] });
    expect(reach('ExternalService', 'post')).toMatchObject({ hosts: ['api.post.example'] });
  });

  it('of Traefik and the Gateway API is what the gateways send on', () => {
    const door = [{ namespace: 'edge', name: 'door' }], guide = host('guide', 'museum');
    expect(reach('IngressRoute', 'guide', 'spec/routes[0]/match')).toMatchObject({ hosts: [], behindGateways: [guide], gateways: door });
    expect(reach('IngressRoute', 'guide', 'spec/routes[1]/match')).toMatchObject({ behindGateways: [] });
    expect(reach('IngressRouteTCP', 'guide', 'spec/routes[0]')).toMatchObject({ behindGateways: [guide] });
    expect(reach('Middleware', 'all')).toMatchObject({ behindGateways: [guide], gateways: door });
    expect(reach('TrafficSplit', 'guide')).toMatchObject({ hosts: [guide] });
    expect(reach('TrafficTarget', 'guide')).toMatchObject({ serving: [{ namespace: 'museum', name: 'guide' }] });
    expect(reach('HTTPRoute', 'desk')).toMatchObject({ behindGateways: [host('desk', 'entrance')] });
    expect(reach('BackendTLSPolicy', 'desk')).toMatchObject({ behindGateways: [host('desk', 'entrance')] });
  });

  it('names the workloads behind a host, for edges that name no service', () => {
    expect(reach('MeshTimeout', 'slow', 'spec/to[0]').behind(host('stock', 'store'))).toEqual([stock]);
    expect(reach('MeshTimeout', 'slow').behind(host('nobody', 'store'))).toEqual([]);
  });

  it('of a host takes in edges that name no service, and leaves out those that name another', () => {
    const [route, ...rest] = objectsOf(`apiVersion: kuma.io/v1alpha1
kind: MeshRetry
metadata: {name: orders, namespace: shop}
spec: {to: [{targetRef: {kind: MeshService, name: orders}, default: {http: {numRetries: 1}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec: {template: {metadata: {labels: {app: orders}}}}`);
    const reached = reachOf(route!, 'spec/to[0]', buildMesh(rest, defaultSettings));
    const touched = (service: string): number => new TouchedGraph(graphOf([row({ from: shopWeb, to: orders, service, responses: { 'http 200 -': 1 } })], { type: 'workload' }), null).touched(reached, '').edges.length;
    expect([touched(''), touched(hostOfShop('orders')), touched(hostOfShop('ledger'))]).toEqual([1, 1, 0]);
  });
});
