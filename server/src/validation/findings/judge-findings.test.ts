import { EntityKind, unknownEntity } from '@orrery/collectors/model/entity';
import { describe, expect, it } from 'vitest';
import { graphOf, inventory, runs } from '../../inference/appenders/inventory-fixture.ts';
import type { GraphType } from '../../inference/graph.ts';
import { host, orders, reviews1, reviews2, row, web } from '../../inference/row-fixture.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { judgeFindings, type JudgedFinding } from './judge-findings.ts';
import { validateCluster } from './validated-cluster.ts';

const pods = (name: string, app: string, version: string): string => `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: ${app} } }, template: { metadata: { labels: { app: ${app}, version: ${version} } }, spec: { containers: [{ name: istio-proxy }] } } }`;
const serves = (name: string): string => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }`;
const mesh = `${pods('web', 'web', 'v1')}${pods('orders', 'orders', 'v1')}${pods('reviews-v1', 'reviews', 'v1')}${pods('reviews-v2', 'reviews', 'v2')}${serves('orders')}${serves('reviews')}`;
const rows = [
  row({ from: web, to: reviews1, service: host('reviews'), responses: { 'http 200 -': 290, 'http 503 NC': 10 } }),
  row({ from: web, to: reviews2, service: host('reviews'), responses: { 'http 200 -': 300 } }),
  row({ from: reviews2, to: orders, service: host('orders'), responses: { 'http 200 -': 600 } }),
];

function judged(yaml: string, code: string, { of = rows, type = 'workload' }: { of?: readonly EdgeWindow[]; type?: GraphType } = {}): readonly JudgedFinding[] {
  const known = inventory({ workloads: [runs('web'), runs('orders'), runs('reviews-v1'), runs('reviews-v2')] });
  return judgeFindings([validateCluster('c', objectsOf(mesh + yaml))], graphOf(of, { type }), known, [], 0).filter(({ finding }) => finding.code === code);
}
/** The edges that the findings of a code touch, in words. */
function touched(yaml: string, code: string, options: { of?: readonly EdgeWindow[]; type?: GraphType } = {}): string[][] {
  const label = new Map(graphOf(options.of ?? rows, { type: options.type ?? 'workload' }).nodes.map((node) => [node.id, node.label]));
  return judged(yaml, code, options).map(({ edges }) => edges.map(({ source, destination }) => `${label.get(source)} → ${label.get(destination)}`).sort());
}
const istio = (kind: string, name: string, spec: string, namespace = 'shop', group = 'networking'): string => `
---
apiVersion: ${group}.istio.io/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}`;

describe('what a finding touches', () => {
  const routes = (spec: string): string => istio('VirtualService', 'reviews', `{ hosts: [reviews], ${spec}http: [{ route: [{ destination: { host: reviews, subset: v9 } }] }] }`);
  const all = ['web → reviews-v1', 'web → reviews-v2'];

  it('of a VirtualService is what calls its hosts and sees it', () => {
    expect(touched(routes(''), 'virtual-service/subset-not-found')).toEqual([all]);
    expect(touched(routes('exportTo: [istio-system], '), 'virtual-service/subset-not-found')).toEqual([[]]);
    expect(touched(routes(''), 'virtual-service/subset-not-found', { type: 'app' })).toEqual([['web → reviews']]);
    expect(touched(routes(''), 'virtual-service/subset-not-found', { type: 'service' })).toEqual([['web → reviews']]);
  });

  it('of a VirtualService of gateways is what gateways send to its destinations', () => {
    const bound = istio('VirtualService', 'outside', '{ hosts: [shop.example.com], gateways: [istio-system/none], http: [{ route: [{ destination: { host: reviews } }] }] }');
    const entering = row({ from: { ...unknownEntity, cluster: 'c', namespace: 'istio-system', kind: EntityKind.gateway, name: 'ingress' }, to: reviews1, service: host('reviews'), responses: { 'http 200 -': 3 } });
    expect(touched(bound, 'virtual-service/gateway-not-found', { of: [...rows, entering] })).toEqual([['ingress → reviews-v1']]);
  });

  it('of a subset is what calls the workloads that have its labels; nothing where none has and nobody routes to it', () => {
    const rule = (labels: string): string => istio('DestinationRule', 'reviews', `{ host: reviews, subsets: [{ name: v2, labels: ${labels}, trafficPolicy: { tls: { mode: DISABLE } } }] }`);
    const strict = istio('PeerAuthentication', 'all', '{ mtls: { mode: STRICT } }', 'shop', 'security');
    expect(touched(rule('{ version: v2 }') + strict, 'destination-rule/plaintext-to-strict')).toEqual([['web → reviews-v2']]);
    expect(touched(rule('{ version: v7 }'), 'destination-rule/subset-matches-nothing')).toEqual([[]]);
    expect(touched(rule('{ version: v7 }') + istio('VirtualService', 'reviews', '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v2 } }] }] }'), 'destination-rule/subset-matches-nothing')).toEqual([all]);
  });

  it('of a policy is what is called of what it selects', () => {
    const denied = istio('AuthorizationPolicy', 'orders', '{ selector: { matchLabels: { app: orders } }, rules: [{ from: [{ source: { namespaces: [gone] } }] }] }', 'shop', 'security');
    expect(touched(denied, 'authorization-policy/unknown-source-namespace')).toEqual([['reviews-v2 → orders']]);
    expect(judged(denied, 'authorization-policy/unknown-source-namespace')[0]?.nodes).toHaveLength(1);
  });

  it('of a Sidecar is what its workloads call', () => {
    expect(touched(istio('Sidecar', 'web', '{ workloadSelector: { labels: { app: web } }, egress: [{ hosts: ["shop/nowhere.shop.svc.cluster.local"] }] }'), 'sidecar/egress-host-not-found')).toEqual([all]);
  });
});

describe('what is at stake', () => {
  const missing = istio('VirtualService', 'reviews', '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v9 } }, { destination: { host: reviews, subset: v8 } }] }] }');
  const quiet = istio('VirtualService', 'orders', '{ hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: v9 } }] }] }');
  const nobody = istio('VirtualService', 'far', '{ hosts: [far], http: [{ route: [{ destination: { host: far, subset: v9 } }] }] }');

  it('ranks by what fails, then by what travels', () => {
    const found = judged(nobody + quiet + missing, 'virtual-service/subset-not-found');
    expect(found.map(({ finding, rank }) => `${finding.object.name} ${rank}`)).toEqual(['reviews breaking', 'reviews breaking', 'orders atRisk', 'far tidyUp']);
    expect(found[0]?.stake).toMatchObject({ requestsPerSecond: 2, flaggedPerSecond: 10 / 300, fails: true });
    expect(found[0]?.stake.errorsPerSecond).toBeCloseTo(10 / 300, 9);
    expect(found.map(({ dependents }) => dependents?.dependents)).toEqual([1, 1, 2, 0]);
    expect(found.map(({ dependents }) => dependents?.entryPoints)).toEqual([1, 1, 1, 0]);
  });

  it('is what callers sent too, where nothing of it arrived', () => {
    const call = { from: web, to: orders, service: host('orders') };
    const [found] = judged(quiet, 'virtual-service/subset-not-found', { of: [
      row({ ...call, side: 'source', responses: { 'http 200 -': 30, 'http 503 UC': 570, 'http 504 UT': 30 } }), row({ ...call, side: 'destination', responses: { 'http 200 -': 30, 'http 200 DC': 30 } }),
    ] });
    expect(found).toMatchObject({ rank: 'breaking', stake: { requestsPerSecond: 630 / 300, errorsPerSecond: 570 / 300, flaggedPerSecond: 570 / 300 } });
  });

  it('is grouped by the subset that is missing, whatever says so', () => {
    const twice = istio('VirtualService', 'again', '{ hosts: [orders], http: [{ route: [{ destination: { host: reviews, subset: v9 } }] }] }');
    const roots = Map.groupBy(judged(missing + twice, 'virtual-service/subset-not-found'), ({ root }) => root.name);
    expect([...roots].map(([name, found]) => [name, found.length, new Set(found.map(({ root }) => root.key)).size]).sort()).toEqual([[`v8 of ${host('reviews')}`, 1, 1], [`v9 of ${host('reviews')}`, 2, 1]]);
  });
});
