import fc from 'fast-check';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { expect, it } from 'vitest';
import { host, row } from '../../inference/row-fixture.ts';
import { evidenceOf } from '../evidence/evidence-fixture.ts';
import { clusterOf } from '../findings/validated-cluster.ts';
import { toConfigObject, type ConfigObject } from '../model/config-object.ts';
import { runObserved } from '../observed/run-observed.ts';
import { called, client, pod, rule, service, virtualService } from '../observed/traffic/traffic-fixture.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { pathsIn, replaced, wrongValue } from '../testing/wrong-values.ts';
import { runProposed } from './run-proposed.ts';

const objects = objectsOf(`${service('web', ['v1'])}${service('orders', ['v1', 'v2'])}${rule('orders', ['v1', 'v2'], '{ connectionPool: { http: { http2MaxRequests: 2 } }, outlierDetection: { consecutive5xxErrors: 5 } }')}
${virtualService('orders', '[{ match: [{ uri: { prefix: /a } }], timeout: 250ms, retries: { attempts: 3, perTryTimeout: 1s }, mirror: { host: orders, subset: v2 }, route: [{ destination: { host: orders, subset: v1 }, weight: 90 }, { destination: { host: orders, subset: v2 }, weight: 10 }] }]')}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ kind: Service, group: '', name: web }], rules: [{ timeouts: { request: 1s }, backendRefs: [{ name: web, port: 80, weight: 1 }] }] }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: PERMISSIVE } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, action: ALLOW, rules: [{ from: [{ source: { principals: [a/ns/shop/sa/b], namespaces: [x] } }], to: [{ operation: { methods: [GET] } }], when: [{ key: a, values: [b] }] }] }
`);
const evidence = evidenceOf([
  ...called(pod('orders', 'v1'), { 'http 200 -': 900, 'http 504 UT': 50, 'http 503 UO': 30 }), ...called(pod('orders', 'v2'), { 'http 200 -': 500 }), ...called(pod('web'), { 'http 403 -': 500 }),
  row({ from: client, to: pod('orders'), service: host('orders'), measured: Measured.requests | Measured.security, requests: 900, requestsPlaintext: 400, requestsSecured: 500 }),
]);
const standing = clusterOf('', objects);
const broken = fc.constantFrom(...objects).chain((object) => fc.tuple(fc.constant(object), fc.constantFrom(...pathsIn(object.body)), wrongValue));

function judge(all: readonly ConfigObject[]): number {
  const after = clusterOf('', all), observed = runObserved({ cluster: after, evidence: { short: evidence, long: evidence }, changedAt: () => undefined });
  return observed.findings.length + runProposed({ before: standing, after, evidence }).findings.length + runProposed({ before: { ...after }, after: standing, evidence }).findings.length;
}

it('no wrong value in any field of an object keeps telemetry from being held against the others', () => {
  expect(judge(objects)).toBeGreaterThan(0);
  fc.assert(fc.property(broken, ([object, path, value]) => {
    const answer = toConfigObject(replaced(object.body, path, value), { cluster: '', defaultNamespace: 'default' });
    if (answer.ok) expect(() => judge(objects.map((one) => (one === object ? answer.object : one)))).not.toThrow();
  }), { numRuns: 1_500 });
}, 120_000);
