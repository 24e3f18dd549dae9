import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workload } from '@orrery/collectors/model/entity';
import { nearbyChanges, type Suspects } from './nearby-changes.ts';
import type { Onset } from './onset.ts';
import { objectKey, type PastEvent } from './past-events.ts';

const onset: Onset = { time: 10_000, precision: 10, ratioBefore: 0, ratioAfter: 0.3, beyond: false };
const suspects: Suspects = {
  destination: [workload('c', 'payments', 'payment', 'payment', 'v2')], source: [workload('c', 'shop', 'checkout', 'checkout', 'v7')], downstream: [workload('c', 'payments', 'ledger', 'ledger')],
  hosts: ['payment-api.payments.svc.cluster.local'],
};
const event = (name: string, offset: number, more: Partial<PastEvent> = {}, namespace = 'payments'): PastEvent =>
  ({ id: `${name} ${offset}`, timeMs: (onset.time + offset) * 1000, kind: 'deploy', title: name, entity: { cluster: 'c', namespace, kind: 'workload', name }, before: '', after: '', body: '', ...more });
const config = (title: string, offset: number, namespace = 'payments'): PastEvent => event(title, offset, { kind: 'config', title, entity: { cluster: 'c', namespace, kind: '', name: '' } }, namespace);
const told = (events: readonly PastEvent[], objects = new Map<string, string>()): [string, string][] => nearbyChanges(events, onset, suspects, objects).map((one) => [one.event.title, one.relation]);
const says = (kind: string, name: string, spec: unknown, namespace = 'payments'): [string, string] => [objectKey({ cluster: 'c', namespace, kind, name }), JSON.stringify({ kind, spec })];

describe('changes near an onset', () => {
  it('are those of the ends, of versions of their apps and of their services; all else in their namespaces stands apart, last', () => {
    expect(told([event('wallet', -1), event('checkout', -5, {}, 'shop'), event('ledger', -2), event('payment-v3', -30), event('payment-api', -300), event('payments-report', -2), event('payment', -1, {}, 'elsewhere')])).toEqual([
      ['payment-v3', 'destination'], ['payment-api', 'destination'], ['ledger', 'downstream'], ['checkout', 'source'], ['wallet', 'elsewhere'], ['payments-report', 'elsewhere'],
    ]);
  });

  it('are configuration that names an end, wherever it lies, then policies of a whole namespace, then those of the mesh', () => {
    const objects = new Map([
      says('VirtualService', 'canary', { hosts: ['payment.payments.svc.cluster.local'] }, 'routes'), says('VirtualService', 'carts', { hosts: ['cart'] }), says('PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }),
      says('PeerAuthentication', 'ledger-only', { selector: { matchLabels: { app: 'wallet' } } }), says('Telemetry', 'mesh', {}, 'istio-system'),
    ]);
    const changed = (...[kind, name, namespace]: [string, string, string?]): PastEvent => config(`${kind} ${name} changed`, -20, namespace);
    expect(told([changed('Telemetry', 'mesh', 'istio-system'), changed('VirtualService', 'carts'), changed('PeerAuthentication', 'default'), changed('PeerAuthentication', 'ledger-only'), changed('VirtualService', 'canary', 'routes'), changed('Sidecar', 'default', 'other')], objects)).toEqual([
      ['VirtualService canary changed', 'destination'], ['PeerAuthentication default changed', 'namespace'], ['Telemetry mesh changed', 'mesh'],
      ['PeerAuthentication ledger-only changed', 'elsewhere'], ['VirtualService carts changed', 'elsewhere'],
    ]);
  });

  it('that came before the onset, or within its bucket, are told before those after it', () => {
    expect(told([event('payment', 12), event('payment-v3', 10), event('ledger', -2), event('checkout', -600, {}, 'shop'), event('wallet', -1)])).toEqual([
      ['payment-v3', 'destination'], ['ledger', 'downstream'], ['checkout', 'source'], ['payment', 'destination'], ['wallet', 'elsewhere'],
    ]);
  });

  it('are told before alerts, which change nothing, however near', () => {
    const alert = (name: string, offset: number, namespace?: string): PastEvent => event(`${name}Down`, offset, { kind: 'alert', entity: { cluster: 'c', namespace: namespace ?? 'payments', kind: 'workload', name } });
    expect(told([alert('payment', 0), event('checkout', -300, {}, 'shop'), alert('wallet', 0), event('wallet', -5)])).toEqual([
      ['checkout', 'source'], ['paymentDown', 'destination'], ['walletDown', 'elsewhere'], ['wallet', 'elsewhere'],
    ]);
  });

  it('are none of another cluster, and of what only happened beside no more than three', () => {
    expect(told([event('payment', -1, { entity: { cluster: 'other', namespace: 'payments', kind: 'workload', name: 'payment' } }), ...Array.from({ length: 9 }, (_, i) => event(`job-${i}`, -i))])).toEqual([['job-0', 'elsewhere'], ['job-1', 'elsewhere'], ['job-2', 'elsewhere']]);
  });

  it('say the same in any order, what concerns an end before what does not', () => {
    const some = fc.array(fc.record({ name: fc.constantFrom('payment', 'checkout', 'ledger', 'wallet', 'Sidecar default changed'), offset: fc.integer({ min: -1000, max: 100 }), isConfig: fc.boolean() }), { maxLength: 20 });
    fc.assert(fc.property(some, (list) => {
      const events = list.map(({ name, offset, isConfig }) => (isConfig ? config(name, offset) : event(name, offset)));
      const [first, second] = [told(events), told([...events].reverse())];
      expect(second).toEqual(first);
      const apart = first.findIndex(([, relation]) => relation === 'elsewhere');
      if (apart >= 0) expect(first.slice(apart).every(([, relation]) => relation === 'elsewhere')).toBe(true);
    }));
  });
});
