import { Measured } from '@orrery/collectors/model/edge-traffic';
import { describe, expect, it } from 'vitest';
import { host, orders, row, t0, web } from '../../../inference/row-fixture.ts';
import type { CertificateExpiry } from '../../evidence/certificates.ts';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import { certificateExpires } from './certificate-expires.ts';
import { localityIgnored } from './locality-ignored.ts';
import { networkPolicyDrops } from './network-policy-drops.ts';

const deployment = (name: string, namespace = 'shop', labels = `{ app: ${name} }`) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec: { template: { metadata: { labels: ${labels} } } }
`;
const running = deployment('web') + deployment('orders') + deployment('istiod', 'istio-system') + deployment('ingress', 'edge', '{ istio: ingressgateway }');

describe('certificates', () => {
  const day = 86_400, end = t0 + 300;
  const certificate = (left: number, more: Partial<CertificateExpiry> = {}): CertificateExpiry => ({ cluster: '', namespace: 'shop', workload: 'orders', role: 'leaf', metric: 'istio_agent_cert_expiry_seconds', toldAt: end, expiresAt: end + left, ...more });
  const says = (...certificates: CertificateExpiry[]) => told(certificateExpires, running, evidenceOf([row({ from: web, to: orders, requests: 10 })], { certificates }));
  const severities = (...certificates: CertificateExpiry[]) => says(...certificates).findings.map(({ object, severity }) => `${object.name} ${severity}`);
  const root = { namespace: 'istio-system', workload: 'istiod', role: 'root', metric: 'citadel_server_root_cert_expiry_timestamp' } as const;

  it('are told of in time: of authorities weeks before, of workloads hours', () => {
    expect(severities(certificate(41 * day, root))).toEqual(['istiod warning']);
    expect(severities(certificate(5 * day, root))).toEqual(['istiod error']);
    expect(severities(certificate(90 * 60))).toEqual(['orders warning']);
    expect(severities(certificate(-5), certificate(41 * day, root))).toEqual(['orders error', 'istiod warning']);
    expect(severities(certificate(10 * day, { namespace: 'edge', workload: 'ingress' }))).toEqual(['ingress warning']);
    expect(severities(certificate(61 * day, root), certificate(3 * 3_600), certificate(20 * day, { namespace: 'edge', workload: 'ingress' }))).toEqual([]);
  });

  it('of one workload are one finding with all that expire', () => {
    const [found] = says(certificate(41 * day, root), certificate(5 * day, { ...root, role: 'issuer', metric: 'citadel_server_cert_chain_expiry_timestamp' })).findings;
    expect(found!.observation).toMatchObject({ sample: 2, of: 'certificates', measures: [{ observed: 41, unit: 'days' }, { observed: 5, unit: 'days' }] });
    expect(found!.message).toBe('a certificate expires soon');
  });

  it('that nobody known presents are counted', () => {
    expect(says(certificate(5, { namespace: '', workload: '' })).undecided).toContainEqual({ code: certificateExpires.code, reason: 'the address that told of it belongs to no known pod', objects: 1 });
  });

  it('that nobody tells of are counted by workload, and one reading of a moment is enough for the others', () => {
    const evidence = evidenceOf([], { certificates: [certificate(5 * day, root)] }), short = told(certificateExpires, running, { ...evidence, covers: false });
    expect(short.findings.map(({ object }) => object.name)).toEqual(['istiod']);
    expect(short.undecided).toEqual([{ code: certificateExpires.code, reason: 'no gauge tells of its certificates', objects: (running.match(/kind: Deployment/g) ?? []).length - 1 }]);
  });
});

describe('locality', () => {
  const edge = row({ from: web, to: orders, service: host('orders'), requests: 100 });
  const zone = (sourceZone: string, destinationZone: string, bytes: number) => ({ edgeId: edge.edgeId, sourceZone, destinationZone, bytesSent: bytes / 2, bytesReceived: bytes / 2 });
  const says = (manifests: string, ...zones: ReturnType<typeof zone>[]) => told(localityIgnored, running + manifests, evidenceOf([edge], { zones }));
  const service = (more: string) => `---\napiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: shop }\nspec: { selector: { app: orders }${more} }\n`;
  const rule = (setting: string) => `---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: orders, namespace: shop }\nspec: { host: orders, trafficPolicy: { loadBalancer: { localityLbSetting: ${setting} } } }\n`;
  const spread = [zone('a', 'a', 6e6), zone('a', 'b', 4e6), zone('b', 'b', 5e6)];

  it('that is asked for and not kept is told where it is asked for', () => {
    const [found] = says(service(', trafficDistribution: PreferClose'), ...spread).findings;
    expect(found).toMatchObject({ path: 'spec/trafficDistribution', observation: { sample: 15e6, of: 'bytes', measures: [{ observed: 4 / 15 }, { name: 'a → b', observed: 4e6 }] } });
    expect(says(rule('{ enabled: true }'), ...spread).findings.map(({ object }) => object.kind)).toEqual(['DestinationRule']);
    expect(says(service(', internalTrafficPolicy: Local'), ...spread).findings).toHaveLength(1);
  });

  it('is not missed where nobody asks, the service is not in the caller’s zone, or almost all stays', () => {
    expect(says(service(''), ...spread).findings).toEqual([]);
    expect(says(rule('{ enabled: false }'), ...spread).findings).toEqual([]);
    expect(says(service(', trafficDistribution: PreferClose'), zone('a', 'b', 9e6), zone('b', 'b', 5e6)).findings).toEqual([]);
    expect(says(service(', trafficDistribution: PreferClose'), zone('a', 'a', 9e6), zone('a', 'b', 2e5)).findings).toEqual([]);
    expect(says(service(', trafficDistribution: PreferClose'), zone('a', 'a', 2e5), zone('a', 'b', 2e5)).undecided).toMatchObject([{ reason: 'fewer than 1000000 bytes' }]);
    expect(says(rule('{ distribute: [{ from: a, to: { a: 50, b: 50 } }] }'), ...spread).undecided).toHaveLength(1);
  });
});

describe('drops of network policies', () => {
  const drops = (reason: string, drops = 300) => row({ from: web, to: orders, instrument: 'flow', measured: Measured.drops, drops, responses: { [`drop ${reason} -`]: drops } });
  const says = (manifests: string, ...rows: Parameters<typeof evidenceOf>[0]) => told(networkPolicyDrops, running + manifests, evidenceOf(rows));
  const cilium = (app: string, section: string, name = app) => `---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: { matchLabels: { app: ${app} } }, ${section} }\n`;
  const plain = '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: closed, namespace: shop }\nspec: { podSelector: {}, policyTypes: [Ingress] }\n';

  it('are told of the policy that selects the pods', () => {
    const [found] = says(cilium('orders', 'ingress: [{ fromEndpoints: [{ matchLabels: { app: reports } }] }]'), drops('POLICY_DENIED')).findings;
    expect(found).toMatchObject({ object: { kind: 'CiliumNetworkPolicy', name: 'orders' }, observation: { sample: 300, measures: [{ name: 'web → orders', observed: 300 }], unseen: [] } });
    expect(says(cilium('web', 'egress: [{ toEndpoints: [{}] }]'), drops('POLICY_DENY')).findings.map(({ object }) => object.name)).toEqual(['web']);
    expect(says(plain, drops('POLICY_DENIED')).findings.map(({ object }) => object.kind)).toEqual(['NetworkPolicy']);
  });

  it('name the others that it could be', () => {
    const [found] = says(cilium('orders', 'ingress: [{}]') + plain, drops('POLICY_DENIED')).findings;
    expect(found!.observation!.unseen.join()).toMatch(/NetworkPolicy shop\/closed/);
  });

  it('are not told for other reasons, other pods, or a few', () => {
    expect(says(cilium('orders', 'ingress: [{}]'), drops('INVALID_SOURCE_IP')).findings).toEqual([]);
    expect(says(cilium('reports', 'ingress: [{}]'), drops('POLICY_DENIED'))).toMatchObject({ findings: [], undecided: [{ objects: 1 }] });
    expect(says(cilium('orders', 'ingress: [{}]'), drops('POLICY_DENIED', 5)).findings).toEqual([]);
  });
});
