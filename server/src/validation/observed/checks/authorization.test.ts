import { Measured } from '@orrery/collectors/model/edge-traffic';
import { workload } from '@orrery/collectors/model/entity';
import { describe, expect, it } from 'vitest';
import { host, orders, row, web, type RowSpec } from '../../../inference/row-fixture.ts';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import { authorizationDenies } from './authorization-denies.ts';
import { authorizationRuleUnused } from './authorization-rule-unused.ts';

const judged = Measured.requests | Measured.errors | Measured.security;
const reports = workload('c', 'shop', 'reports', 'reports', 'v1');
const calls = (from: typeof web, responses: Readonly<Record<string, number>>, spec: Partial<RowSpec> = {}) => {
  const requests = Object.values(responses).reduce((a, b) => a + b, 0);
  return row({ from, to: orders, service: host('orders'), measured: judged, requests, requestsSecured: requests, responses, sourcePrincipal: `spiffe://cluster.local/ns/shop/sa/${from.name}`, ...spec });
};
const running = ['web', 'orders', 'reports'].map((name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } } } }
`).join('');
const policy = (rules: string, action = 'ALLOW', name = 'orders') => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: orders } }, action: ${action}${rules === '' ? '' : `, rules: ${rules}`} }
`;
const from = (...names: string[]) => `{ from: [{ source: { principals: [${names.map((name) => `cluster.local/ns/shop/sa/${name}`).join(', ')}] } }] }`;

describe('rules that let in who never calls', () => {
  const says = (manifests: string, ...rows: Parameters<typeof evidenceOf>[0]) => told(authorizationRuleUnused, running + manifests, evidenceOf(rows));
  const paths = (rules: string, ...rows: Parameters<typeof evidenceOf>[0]) => says(policy(rules), ...rows).findings.map(({ path }) => path);
  const busy = calls(web, { 'http 200 -': 4_000 });

  it('are told by rule, or by source where others of the rule call', () => {
    expect(paths(`[${from('web')}, ${from('wbe')}]`, busy)).toEqual(['spec/rules[1]']);
    expect(paths('[{ from: [{ source: { principals: ["*/sa/web"] } }, { source: { namespaces: [ops] } }] }]', busy)).toEqual(['spec/rules[0]/from[1]']);
    expect(paths('[{ from: [{ source: { notNamespaces: [shop] } }] }]', busy)).toEqual(['spec/rules[0]']);
    expect(says(policy(`[${from('wbe')}]`), busy).findings[0]).toMatchObject({ severity: 'info', observation: { sample: 4_000, of: 'requests' } });
  });

  it('are not told of what cannot be seen', () => {
    expect(paths('[{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }]', busy)).toEqual([]);
    expect(paths('[{ to: [{ operation: { methods: [DELETE] } }] }]', busy)).toEqual([]);
    expect(paths('[{}]', busy)).toEqual([]);
    // An identity that nobody told may be anybody's.
    expect(says(policy(`[${from('wbe')}]`), busy, row({ from: reports, to: orders, service: host('orders'), requests: 10 }))).toMatchObject({ findings: [], undecided: [{ objects: 1 }] });
    expect(says(policy(`[${from('wbe')}]`), calls(web, { 'http 200 -': 40 }))).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 1000 requests', objects: 1 }] });
    expect(says(policy(`[${from('wbe')}]`, 'DENY'), busy).findings).toEqual([]);
  });
});

describe('denials', () => {
  const says = (manifests: string, ...rows: Parameters<typeof evidenceOf>[0]) => told(authorizationDenies, running + manifests, evidenceOf(rows));
  const allowed = calls(web, { 'http 200 -': 500 }), refused = calls(reports, { 'http 403 -': 640 });

  it('are told of the policy that allows others only', () => {
    const [found, ...others] = says(policy(`[${from('web')}]`), allowed, refused).findings;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path: 'spec/rules', observation: { sample: 640, measures: [{ name: 'denied', observed: 1 }, { name: 'reports → orders', observed: 640 }] } });
    expect(says(policy(''), refused).findings.map(({ path }) => path)).toEqual(['']);
  });

  it('are told of the rule that denies', () => {
    const deny = policy(`[${from('batch')}, ${from('reports')}]`, 'DENY', 'no-reports');
    expect(says(policy('[{}]') + deny, allowed, refused).findings.map(({ object, path }) => [object.name, path])).toEqual([['no-reports', 'spec/rules[1]']]);
  });

  it('by ztunnel are a policy’s for certain', () => {
    const denied = row({
      from: reports, to: orders, measured: Measured.connections | Measured.connectionsFailed | Measured.security, connectionsOpened: 30, connectionsFailed: 30, connectionsSecured: 30,
      responses: { 'tcp - DENY': 30 }, sourcePrincipal: 'spiffe://cluster.local/ns/shop/sa/reports',
    });
    expect(says(policy(`[${from('web')}]`), denied).findings[0]).toMatchObject({ observation: { sample: 30, of: 'connections' } });
  });

  it('are not told where the application may have answered, or the policy allows', () => {
    expect(says(policy(`[${from('web')}]`), calls(web, { 'http 403 -': 100, 'http 200 -': 100 })).findings).toEqual([]);
    expect(says(policy('[{ to: [{ operation: { paths: [/admin] } }] }]'), refused)).toMatchObject({ findings: [], undecided: [{ reason: 'denials can be the application’s own' }] });
    expect(says(policy(`[${from('web')}]`), calls(reports, { 'http 403 -': 100, 'http 200 -': 100 }))).toMatchObject({ findings: [], undecided: [{ reason: 'identities that it denies get through' }] });
    expect(says(policy(`[${from('web')}]`), calls(reports, { 'http 403 -': 5 })).findings).toEqual([]);
    expect(says('', refused).findings).toEqual([]);
    expect(told(authorizationDenies, running + policy(`[${from('web')}]`), evidenceOf([refused]), ['AuthorizationPolicy orders']).findings).toEqual([]);
  });
});
