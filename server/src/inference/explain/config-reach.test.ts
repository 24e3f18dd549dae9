import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { externalHost, workload } from '@orrery/collectors/model/entity';
import { configReach, namesEntity, type ConfigObjectText } from './config-reach.ts';

const payment = workload('c', 'payments', 'payment-v2', 'payment', 'v2');
const hosts = ['payment-api.payments.svc.cluster.local', 'pay.example.com'];

function reachOf(kind: string, spec: unknown, more: Partial<ConfigObjectText> = {}): ReturnType<typeof configReach> {
  return configReach({ kind, namespace: 'payments', name: 'rules', json: JSON.stringify({ kind, spec }), body: '', ...more });
}
const names = (...of: Parameters<typeof reachOf>): boolean => namesEntity(reachOf(...of), payment, hosts);

describe('configuration names a workload', () => {
  it.each<[string, string, unknown]>([
    ['by host', 'VirtualService', { hosts: ['payment'], http: [] }],
    ['by the host of its service', 'DestinationRule', { host: 'payment-api' }],
    ['by the destination of a route', 'VirtualService', { hosts: ['shop'], http: [{ route: [{ destination: { host: 'payment.payments.svc.cluster.local', subset: 'v2' } }] }] }],
    ['by an external host', 'ServiceEntry', { hosts: ['pay.example.com'] }],
    ['by labels', 'AuthorizationPolicy', { selector: { matchLabels: { app: 'payment' } } }],
    ['by its own labels', 'CiliumNetworkPolicy', { endpointSelector: { matchLabels: { 'k8s:app': 'payment' } } }],
    ['by reference', 'HTTPRoute', { rules: [{ backendRefs: [{ name: 'payment', port: 80 }] }] }],
    ['by service account', 'AuthorizationPolicy', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/payments/sa/payment'] } }] }] }],
    ['by the tag of its service', 'MeshTimeout', { targetRef: { kind: 'MeshService', name: 'payment_payments_svc_8080' } }],
  ])('%s', (_how, kind, spec) => expect(names(kind, spec)).toBe(true));

  it('in another namespace only by its whole name', () => {
    expect(names('VirtualService', { hosts: ['payment'] }, { namespace: 'shop' })).toBe(false);
    expect(names('VirtualService', { hosts: ['payment.payments'] }, { namespace: 'shop' })).toBe(true);
    expect(names('Gateway', { servers: [{ hosts: ['payments/payment.example.com'] }] }, { namespace: 'shop' })).toBe(true);
  });

  it('of an external host, which has no namespace, by its name alone', () => {
    const external = (...hosts: string[]): boolean => namesEntity(reachOf('ServiceEntry', { hosts }), externalHost('api.stripe.com'), []);
    expect([external('api.stripe.com'), external('stripe.com')]).toEqual([true, false]);
  });

  it('not by ports, subsets or headers of that name', () => {
    expect(names('Service', { ports: [{ name: 'payment' }] })).toBe(false);
    expect(names('DestinationRule', { host: 'ledger', subsets: [{ name: 'payment' }] })).toBe(false);
    expect(names('VirtualService', { hosts: ['ledger'], http: [{ match: [{ headers: { app: 'payment' } }] }] })).toBe(false);
  });

  it('by its name and by what of it changed, where nothing else of it is known', () => {
    expect(names('Service', null, { name: 'payment', json: null })).toBe(true);
    expect(names('VirtualService', null, { json: null, body: 'spec/http[0]/timeout: 1s → 5s\nspec/http[0]/route[1]/destination/host: payment → ledger' })).toBe(true);
    expect(names('VirtualService', null, { json: null, body: 'spec/http[0]/timeout: 1s → 5s\nspec/http[0]/match[0]/headers/app: payment → ledger' })).toBe(false);
  });
});

describe('configuration holds for everything', () => {
  it.each<[string, unknown, ReturnType<typeof configReach>['wide']]>([
    ['PeerAuthentication', { mtls: { mode: 'STRICT' } }, 'namespace'],
    ['PeerAuthentication', { selector: { matchLabels: { app: 'ledger' } }, mtls: { mode: 'STRICT' } }, null],
    ['AuthorizationPolicy', { selector: { matchLabels: {} }, rules: [] }, 'namespace'],
    ['AuthorizationPolicy', { targetRefs: [{ kind: 'Service', name: 'ledger' }] }, null],
    ['NetworkPolicy', { podSelector: {}, policyTypes: ['Ingress'] }, 'namespace'],
    ['DestinationRule', { host: '*.payments.svc.cluster.local' }, 'namespace'],
    ['MeshTimeout', { targetRef: { kind: 'Mesh' } }, 'namespace'],
    ['ConfigMap', {}, null],
    ['VirtualService', { hosts: ['ledger'] }, null],
  ])('%s %j: %s', (kind, spec, wide) => expect(reachOf(kind, spec).wide).toBe(wide));

  it('in the mesh, where it stands in the root namespace or in none', () => {
    expect(reachOf('PeerAuthentication', {}, { namespace: 'istio-system' }).wide).toBe('mesh');
    expect(reachOf('CiliumClusterwideNetworkPolicy', { endpointSelector: {} }, { namespace: '' }).wide).toBe('mesh');
  });
});

it('reads any object without failing', () => {
  fc.assert(fc.property(fc.json(), fc.string(), (json, body) => {
    expect(() => namesEntity(configReach({ kind: 'Sidecar', namespace: 'a', name: 'b', json, body }), payment, hosts)).not.toThrow();
  }), { numRuns: 200 });
  expect(configReach({ kind: 'Sidecar', namespace: 'a', name: 'b', json: '{ broken', body: '' }).wide).toBe('namespace');
});
