import { Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { describe, expect, it } from 'vitest';
import { host, orders, row, web, type RowSpec } from '../../../inference/row-fixture.ts';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import { permissiveCouldBeStrict } from './permissive-could-be-strict.ts';
import { strictButPlaintext } from './strict-but-plaintext.ts';
import { strictRefusesPlaintext } from './strict-refuses-plaintext.ts';

const judged = Measured.requests | Measured.errors | Measured.security;
const ledger = workload('c', 'shop', 'ledger', 'ledger', 'v1');
const calls = (secured: number, plaintext: number, spec: Partial<RowSpec> = {}) => row({
  from: web, to: orders, service: host('orders'), measured: judged, requests: secured + plaintext, requestsSecured: secured, requestsPlaintext: plaintext,
  ...(secured > 0 ? { sourcePrincipal: 'spiffe://cluster.local/ns/shop/sa/web' } : {}), ...spec,
});
const source = (spec: Partial<RowSpec> = {}) => row({ from: web, to: orders, service: host('orders'), side: 'source', requests: 5_000, ...spec });
const running = ['web', 'orders', 'ledger'].map((name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } } } }
`).join('');
const policy = (mode: string, more = '', name = 'default', namespace = 'shop') => `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec: { mtls: { mode: ${mode} }${more} }
`;

describe('STRICT against plaintext', () => {
  const says = (manifests: string, ...rows: Parameters<typeof evidenceOf>[0]) => told(strictButPlaintext, running + manifests, evidenceOf(rows));

  it('is told with how much, from whom and to whom', () => {
    const { findings: [found, ...others] } = says(policy('STRICT'), calls(900, 100));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ severity: 'error', path: 'spec/mtls/mode', object: { kind: 'PeerAuthentication', name: 'default' } });
    expect(found!.observation).toMatchObject({ sample: 1_000, of: 'requests', measures: [{ name: 'plaintext', observed: 0.1, configured: 0 }, { name: 'web → orders', observed: 100 }] });
    expect(found!.message).not.toMatch(/\d/);
  });

  it('is told of connections where requests are well', () => {
    const [found] = says(policy('STRICT'), calls(900, 0, { connectionsPlaintext: 30, connectionsSecured: 10, measured: judged | Measured.connections })).findings;
    expect(found!.observation).toMatchObject({ sample: 40, of: 'connections' });
  });

  it('is of the policy that decides: the workload’s, the namespace’s, the mesh’s', () => {
    const own = policy('STRICT', ', selector: { matchLabels: { app: orders } }', 'orders');
    const named = (manifests: string) => says(manifests, calls(0, 100)).findings.map(({ object }) => `${object.namespace}/${object.name}`);
    expect(named(own + policy('PERMISSIVE'))).toEqual(['shop/orders']);
    expect(named(policy('UNSET', ', selector: { matchLabels: { app: orders } }', 'orders') + policy('STRICT'))).toEqual(['shop/default']);
    expect(named(policy('STRICT', '', 'default', 'istio-system'))).toEqual(['istio-system/default']);
    expect(named(policy('PERMISSIVE') + policy('STRICT', '', 'default', 'istio-system'))).toEqual([]);
  });

  it('is not told of mutual TLS, of what nobody judged, or of ports with a mode of their own', () => {
    expect(says(policy('STRICT'), calls(1_000, 0)).findings).toEqual([]);
    expect(says(policy('STRICT'), source())).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 20 requests', objects: 1 }] });
    const ports = policy('STRICT', ', selector: { matchLabels: { app: orders } }, portLevelMtls: { 8080: { mode: PERMISSIVE } }', 'orders');
    expect(says(ports, calls(0, 100)).findings).toEqual([]);
    expect(says(ports, calls(0, 100, { port: 8080 })).findings).toEqual([]);
    expect(says(ports, calls(0, 100, { port: 9090 })).findings).toHaveLength(1);
  });

  it('is not told of a policy that changed within the window, or of one call', () => {
    expect(told(strictButPlaintext, running + policy('STRICT'), evidenceOf([calls(900, 100)]), ['PeerAuthentication default'])).toMatchObject({ findings: [], undecided: [{ reason: 'changed within the window' }] });
    expect(says(policy('STRICT'), calls(0, 1)).findings).toEqual([]);
  });
});

describe('STRICT that refuses', () => {
  const tried = (opened: number, refused: number, secured = 0) => row({
    from: web, to: orders, measured: Measured.connections | Measured.connectionsFailed | Measured.security, connectionsOpened: opened + secured, connectionsFailed: refused,
    connectionsPlaintext: opened, connectionsSecured: secured, responses: refused > 0 ? { 'tcp - DENY': refused } : {},
  });
  const both = (...rows: Parameters<typeof evidenceOf>[0]) => [strictRefusesPlaintext, strictButPlaintext].map((check) => told(check, running + policy('STRICT'), evidenceOf(rows)).findings.map(({ observation }) => observation!.sample));

  it('holds: what ztunnel refused did not get through', () => {
    expect(both(tried(90, 90))).toEqual([[90], []]);
    expect(both(tried(90, 0))).toEqual([[], [90]]);
    expect(both(tried(90, 10))).toEqual([[], [90]]);
  });

  it('is not told of refusals that may have been mutual TLS, of a few, or of another mode', () => {
    expect(both(tried(40, 40, 100))).toEqual([[], []]);
    expect(both(tried(5, 5))).toEqual([[], []]);
    expect(told(strictRefusesPlaintext, running + policy('PERMISSIVE'), evidenceOf([tried(90, 90)])).findings).toEqual([]);
    expect(told(strictRefusesPlaintext, running + policy('STRICT'), evidenceOf([tried(9, 9)]))).toMatchObject({ findings: [], undecided: [{ reason: expect.stringMatching(/^fewer than \d+ connections$/) as string, objects: 1 }] });
  });
});

describe('PERMISSIVE that could be STRICT', () => {
  const says = (manifests: string, ...rows: Parameters<typeof evidenceOf>[0]) => told(permissiveCouldBeStrict, running + manifests, evidenceOf(rows));

  it('is told where all of much traffic is mutual TLS', () => {
    const [found] = says(policy('PERMISSIVE'), calls(4_000, 0), source(), calls(2_000, 0, { to: ledger, service: host('ledger') })).findings;
    expect(found).toMatchObject({ severity: 'info', path: 'spec/mtls/mode', observation: { sample: 6_000 } });
    const [low, high] = found!.observation!.measures[0]!.interval!;
    expect(low).toBeGreaterThan(0.999);
    expect(high).toBe(1);
  });

  it('is not told where one request was plaintext, a caller is outside, or nobody knows', () => {
    expect(says(policy('PERMISSIVE'), calls(4_000, 1), source()).findings).toEqual([]);
    expect(says(policy('PERMISSIVE'), calls(4_000, 0)).findings).toEqual([]);
    expect(says(policy('PERMISSIVE'), calls(4_000, 0), source(), source({ to: ledger, service: host('ledger') }))).toMatchObject({ findings: [], undecided: [{ reason: expect.stringMatching(/nobody/) as string }] });
    expect(says(policy('PERMISSIVE'), calls(400, 0), source()).findings).toEqual([]);
    expect(says(policy('STRICT'), calls(4_000, 0), source()).findings).toEqual([]);
  });
});
