import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { describe, expect, it } from 'vitest';
import { host, row, type RowSpec } from '../../inference/row-fixture.ts';
import type { EdgeWindow } from '../../inference/ports.ts';
import { evidenceOf } from '../evidence/evidence-fixture.ts';
import { clusterOf } from '../findings/validated-cluster.ts';
import { layOver } from '../lay-over.ts';
import { called, client, pod, rule, service, virtualService } from '../observed/traffic/traffic-fixture.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { proposedChecks } from './proposed-checks.ts';
import { runProposed, type ProposedFindings } from './run-proposed.ts';

const versions = service('web', ['v1']) + service('orders', ['v1', 'v2']);
/** What applying manifests over others would do to traffic. */
function applied(standing: string, manifests: string, rows: readonly EdgeWindow[]): ProposedFindings {
  const before = clusterOf('', objectsOf(versions + standing)), after = clusterOf('', layOver(before.objects, objectsOf(manifests)));
  return runProposed({ before, after, evidence: evidenceOf(rows) });
}
const codesOf = ({ findings }: ProposedFindings): string[] => findings.map(({ code }) => code);

it('each check has a file of its name', () => {
  const files = readdirSync(resolve(import.meta.dirname, 'checks')).map((file) => `proposed/${file.replace(/\.ts$/, '')}`);
  expect(proposedChecks.map(({ code }) => code)).toEqual(files.sort());
});

describe('mutual TLS', () => {
  const judged = Measured.requests | Measured.errors | Measured.security;
  const calls = (secured: number, plaintext: number, more: Partial<RowSpec> = {}): EdgeWindow =>
    row({ from: client, to: pod('orders'), service: host('orders'), measured: judged, requests: secured + plaintext, requestsSecured: secured, requestsPlaintext: plaintext, ...more });
  const mode = (of: string, more = ''): string => `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: ${of} }${more} }
`;

  it.each(['', mode('PERMISSIVE')])('a STRICT that would refuse callers is told with whom it cuts off: %#', (standing) => {
    const { findings: [found, ...others] } = applied(standing, mode('STRICT'), [calls(900, 100)]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'proposed/strict-cuts-off', severity: 'error', path: 'spec/mtls/mode', message: 'STRICT would cut off web: it sends plaintext', object: { kind: 'PeerAuthentication' } });
    expect(found!.observation).toMatchObject({ sample: 1_000, measures: [{ name: 'plaintext', observed: 0.1 }, { name: 'web → orders-v1', observed: 100 }] });
    expect(found!.observation!.edgeIds).toHaveLength(1);
  });

  it('a STRICT that only mutual TLS meets, or that stands already, is not', () => {
    expect(codesOf(applied(mode('PERMISSIVE'), mode('STRICT'), [calls(1_000, 0)]))).toEqual([]);
    expect(codesOf(applied(mode('STRICT'), mode('STRICT'), [calls(900, 100)]))).toEqual([]);
    expect(codesOf(applied(mode('PERMISSIVE'), versions, [calls(900, 100)]))).toEqual([]);
  });

  it('single ports have their own', () => {
    const port = (of: string): string => mode('PERMISSIVE', `, selector: { matchLabels: { app: orders } }, portLevelMtls: { 8080: { mode: ${of} } }`);
    expect(codesOf(applied(mode('PERMISSIVE'), port('STRICT'), [calls(0, 100, { port: 8080 })]))).toEqual(['proposed/strict-cuts-off']);
    expect(codesOf(applied(mode('PERMISSIVE'), port('STRICT'), [calls(0, 100, { port: 80 })]))).toEqual([]);
    expect(codesOf(applied(mode('PERMISSIVE'), port('STRICT'), [calls(0, 100)]))).toEqual([]);
  });
});

describe('shares of versions', () => {
  const split = (v1: number, v2: number): string => virtualService('orders', `[{ route: [{ destination: { host: orders, subset: v1 }, weight: ${v1} }, { destination: { host: orders, subset: v2 }, weight: ${v2} }] }]`);
  const only = virtualService('orders', '[{ route: [{ destination: { host: orders, subset: v2 } }] }]');
  const subsets = rule('orders', ['v1', 'v2']);
  const both = [...called(pod('orders', 'v1'), { 'http 200 -': 900 }), ...called(pod('orders', 'v2'), { 'http 200 -': 100 })];
  const lost = 'proposed/version-loses-traffic';

  it('a version that serves and would get nothing is told, with what it serves', () => {
    for (const proposed of [split(0, 100), only]) {
      const { findings: [found, ...others] } = applied(subsets + split(90, 10), proposed, both);
      expect(others).toEqual([]);
      expect(found).toMatchObject({ code: lost, severity: 'warning', path: 'spec/http[0]/route', message: 'no route would lead to v1 any more, which serves requests', observation: { sample: 1_000, measures: [{ observed: 900, configured: 0 }] } });
    }
  });

  it('a first route takes them from whom it does not name', () => {
    expect(codesOf(applied(subsets, only, both))).toEqual([lost]);
  });

  it('one that keeps a share, serves nothing or had none is not', () => {
    expect(codesOf(applied(subsets + split(90, 10), split(1, 99), both))).toEqual([]);
    expect(codesOf(applied(subsets + split(90, 10), only, called(pod('orders', 'v2'), { 'http 200 -': 500 })))).toEqual([]);
    expect(codesOf(applied(subsets + only, virtualService('orders', '[{ timeout: 9s, route: [{ destination: { host: orders, subset: v2 } }] }]'), both))).toEqual([]);
    expect(codesOf(applied(subsets + split(90, 10), split(90, 10), both))).toEqual([]);
  });

  it('what cannot be followed is left open, with the reason', () => {
    const other = virtualService('other', '[{ route: [{ destination: { host: orders } }] }]');
    expect(applied(subsets + split(90, 10) + other, only, both)).toMatchObject({ findings: [], undecided: [{ code: lost, reason: 'other routes lead to the same host' }] });
    expect(applied(split(90, 10), only, both)).toMatchObject({ findings: [], undecided: [{ code: lost, reason: 'a subset is not defined' }] });
    expect(applied(subsets + split(90, 10), only, called(pod('orders', 'v1'), { 'http 200 -': 5 }))).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 20 requests' }] });
  });
});

describe('authorization', () => {
  const judged = Measured.requests | Measured.errors | Measured.security;
  const calls = (responses: Readonly<Record<string, number>>, principal = 'spiffe://cluster.local/ns/shop/sa/web'): EdgeWindow => {
    const requests = Object.values(responses).reduce((a, b) => a + b, 0);
    return row({ from: client, to: pod('orders'), service: host('orders'), measured: judged, requests, requestsSecured: requests, responses, ...(principal === '' ? {} : { sourcePrincipal: principal }) });
  };
  const lets = (source: string, action = 'ALLOW'): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, action: ${action}, rules: [{ from: [{ source: { ${source} } }] }] }
`;
  const others = 'principals: [cluster.local/ns/shop/sa/batch]', web = 'principals: [cluster.local/ns/shop/sa/web]', denies = 'proposed/authorization-denies';
  const denials = (told: ProposedFindings): string[] => codesOf(told).filter((code) => code === denies);

  it('a caller that gets through and would be denied is told', () => {
    const { findings } = applied('', lets(others), [calls({ 'http 200 -': 640 })]);
    expect(findings.find(({ code }) => code === denies)).toMatchObject({ severity: 'error', path: 'spec/rules', observation: { sample: 640, measures: [{ name: 'web → orders-v1', observed: 640 }] } });
    expect(denials(applied(lets(web), lets(web, 'DENY'), [calls({ 'http 200 -': 640 })]))).toEqual([denies]);
  });

  it('one that is let in, is denied already, or whose identity nobody told is not', () => {
    expect(denials(applied('', lets(web), [calls({ 'http 200 -': 640 })]))).toEqual([]);
    expect(denials(applied(lets(others), lets('namespaces: [ops]'), [calls({ 'http 200 -': 640 })]))).toEqual([]);
    expect(denials(applied('', lets(others), [calls({ 'http 403 -': 640 })]))).toEqual([]);
    const open = applied('', lets(others), [calls({ 'http 200 -': 640 }, '')]);
    expect([denials(open), open.undecided.map(({ code }) => code)]).toEqual([[], [denies]]);
  });
});

describe('timeouts', () => {
  const limit = (timeout: string): string => virtualService('orders', `[{ ${timeout}route: [{ destination: { host: orders } }] }]`);
  // The bucket of 500 ms to 1 s.
  const slow = (over: number): EdgeWindow[] => called(pod('orders'), { 'http 200 -': 1_000 }, null, { measured: Measured.requests | Measured.errors | Measured.latency, latency: new Map([[4, 1_000 - over], [9, over]]) });

  it('one below what answers take is told', () => {
    const { findings: [found] } = applied(limit(''), limit('timeout: 250ms, '), slow(60));
    expect(found).toMatchObject({ code: 'proposed/timeout-cuts-off', path: 'spec/http[0]/timeout', observation: { sample: 1_000, measures: [{ observed: 0.06, configured: 0.01 }, { configured: 250 }] } });
  });

  it('one that is long enough, was there before, or bounds attempts is not', () => {
    expect(codesOf(applied(limit(''), limit('timeout: 2s, '), slow(60)))).toEqual([]);
    expect(codesOf(applied(limit(''), limit('timeout: 250ms, '), slow(8)))).toEqual([]);
    expect(codesOf(applied(limit('timeout: 200ms, '), limit('timeout: 250ms, '), slow(60)))).toEqual([]);
    expect(applied(limit(''), limit('retries: { attempts: 2, perTryTimeout: 250ms }, '), slow(60))).toMatchObject({ findings: [], undecided: [{ reason: 'how long single attempts take is not told' }] });
  });
});

it('observed checks that need no configuration in force are asked beforehand, and only what the change causes is told', () => {
  const named = (port: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: ${port}, port: 80 }] }
`;
  const rows = called(pod('orders'), { 'http 200 -': 2_000 });
  expect(codesOf(applied('', named('grpc'), rows))).toEqual(['observed/port-protocol']);
  expect(codesOf(applied('', named('http-api'), rows))).toEqual([]);
});
