import { describe, expect, it } from 'vitest';
import type { ConfigObject } from '../model/config-object.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { suppress } from './suppress.ts';
import { namesCode, parseTime, type SuppressionRule } from './suppression.ts';
import { validateCluster } from './validated-cluster.ts';

const now = Date.UTC(2030, 0, 15);
const route = (annotations: Record<string, string> = {}): ConfigObject[] => objectsOf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop, annotations: ${JSON.stringify(annotations)} }
spec: { hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: v9 } }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }`);
const annotated = { 'orrery.dev/ignore': 'virtual-service/subset-not-found', 'orrery.dev/ignore-owner': 'team', 'orrery.dev/ignore-reason': 'soon', 'orrery.dev/ignore-until': '2030-01-16T00:00:00+01:00' };
const rule: SuppressionRule = { codes: ['KIA1107'], owner: 'platform', reason: 'known', until: '2030-02-01' };

/** What is told, and who answers for what is not. */
function told(objects: ConfigObject[], rules: readonly SuppressionRule[] = [], atMs = now): string[] {
  const { findings, byRef } = validateCluster('', objects);
  return suppress(findings, objects, byRef, rules, atMs).map(({ finding, suppressed }) => `${finding.code}${suppressed ? ` by ${suppressed.owner} (${suppressed.by})` : ''}`).sort();
}
const plain = 'virtual-service/subset-not-found';

describe('annotations', () => {
  it('suppress the codes that they name, Orrery’s or Kiali’s, until their time', () => {
    expect(told(route())).toEqual([plain]);
    expect(told(route(annotated))).toEqual([`${plain} by team (annotation)`]);
    expect(told(route({ ...annotated, 'orrery.dev/ignore': 'gateway/protocol, KIA1107' }))).toEqual([`${plain} by team (annotation)`]);
    expect(told(route({ ...annotated, 'orrery.dev/ignore': 'gateway/protocol' }))).toEqual([plain]);
  });

  it('are told when their time is over, as long as something is wrong', () => {
    expect(told(route(annotated), [], Date.UTC(2030, 0, 15, 23))).toEqual(['suppression/expired', plain]);
    expect(told(route({ ...annotated, 'orrery.dev/ignore': 'gateway/protocol' }), [], Date.UTC(2031, 0, 1))).toEqual([plain]);
  });

  it.each(Object.keys(annotated))('without %s suppress nothing', (missing) => {
    const { [missing as keyof typeof annotated]: _, ...rest } = annotated;
    expect(told(route(rest))).toEqual(missing === 'orrery.dev/ignore' ? [plain] : ['suppression/incomplete', plain]);
  });

  it('with a time that cannot be read say so', () => {
    expect(told(route({ ...annotated, 'orrery.dev/ignore-until': 'tomorrow' }))).toEqual(['suppression/incomplete', plain]);
  });
});

describe('suppressions of the file', () => {
  it('fit by code, cluster, namespace, kind and name', () => {
    expect(told(route(), [rule])).toEqual([`${plain} by platform (file)`]);
    expect(told(route(), [{ ...rule, codes: ['virtual-service/*'], namespace: 'shop', kind: 'VirtualService', name: 'orders' }])).toEqual([`${plain} by platform (file)`]);
    for (const other of [{ namespace: 'books' }, { kind: 'Gateway' }, { name: 'ledger' }, { cluster: 'far' }, { codes: ['KIA0'] }]) expect(told(route(), [{ ...rule, ...other }])).toEqual([plain]);
  });

  it('that are over are told, and leave room for the next', () => {
    const over = { ...rule, until: '2030-01-01' };
    expect(told(route(), [over])).toEqual(['suppression/expired', plain]);
    expect(told(route(), [over, rule])).toEqual(['suppression/expired', `${plain} by platform (file)`]);
  });
});

it.each([['2030-01-16', Date.UTC(2030, 0, 16)], ['2030-01-16T00:00:00Z', Date.UTC(2030, 0, 16)], ['2030-01-16t01:00:00.5+01:00', Date.UTC(2030, 0, 16, 0, 0, 0, 500)], ['2030-13-01', undefined], ['16 Jan 2030', undefined], ['', undefined], ['2030', undefined]])('the time %s is %s', (written, ms) => {
  expect(parseTime(written)).toBe(ms);
});

it('a code is named whole, or up to a star', () => {
  const of = { code: 'gateway-api/listener-repeated', kiali: 'GWAPI' };
  expect(['gateway-api/listener-repeated', 'GWAPI', 'gateway-api/*', '*'].every((code) => namesCode(code, of))).toBe(true);
  expect(['gateway-api', 'gateway-api/listener', 'gateway/*', ''].some((code) => namesCode(code, of))).toBe(false);
});
