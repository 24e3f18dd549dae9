import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { called, pod, service, virtualService } from '../traffic/traffic-fixture.ts';
import { retriesAmplify } from './retries-amplify.ts';

const look = (manifests: string, rows: readonly EdgeWindow[]): ReturnType<typeof told> => told(retriesAmplify, manifests, evidenceOf(rows));
const retrying = (name: string, attempts: number): string => service(name, ['v1']) + virtualService(name, `[{ retries: { attempts: ${attempts} }, route: [{ destination: { host: ${name} } }] }]`);
/** 1,000 requests, and attempts that failed beside those that answered. */
const asked = (failed: number, name = 'orders'): EdgeWindow[] => called(pod(name), { 'http 200 -': 950, 'http 503 URX': 50 }, { 'http 200 -': 950, 'http 503 -': failed });

it('tells of attempts beyond the requests, with those that failed after all of them', () => {
  const { findings: [finding, ...others] } = look(retrying('orders', 3), asked(650));
  expect([finding?.path, others]).toEqual(['spec/http[0]/retries', []]);
  expect(finding?.observation).toMatchObject({ sample: 1_000, measures: [{ name: 'attempts per request', observed: 1.6, configured: 4 }, { name: 'failed after all retries', observed: 50 }] });
});

it('minds neither one in ten nor failures that are not retried', () => {
  expect(look(retrying('orders', 3), asked(140)).findings).toEqual([]);
  expect(look(retrying('orders', 3), called(pod('orders'), { 'http 200 -': 600, 'http 500 -': 400 })).findings).toEqual([]);
});

it('multiplies along the chain of calls', () => {
  const chain = [...called(pod('orders'), { 'http 200 -': 1_000 }), ...called(pod('stock'), { 'http 200 -': 500, 'http 503 URX': 500 }, { 'http 200 -': 500, 'http 503 -': 1_500 }, { from: pod('orders') })];
  const { findings } = look(retrying('orders', 3) + retrying('stock', 2), chain);
  expect(findings.map(({ object: { name }, observation }) => [name, observation?.measures.at(-1)])).toMatchObject([['stock', { name: 'along the chain of calls, if all fails', observed: 12 }]]);
});

it('knows Istio’s defaults where no route says anything', () => {
  const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }\n';
  expect(look(service('orders', ['v1']), asked(650)).findings).toEqual([]);
  expect(look(namespace + service('orders', ['v1']), asked(650)).findings.map(({ object: { kind }, message }) => [kind, message])).toEqual([['Service', 'retries, which Istio does by default, multiply the load of the destination']]);
  expect(look(service('orders', ['v1']) + virtualService('orders', '[{ route: [{ destination: { host: orders } }] }]'), asked(650)).findings.map(({ path }) => path)).toEqual(['spec/http[0]']);
  expect(look(retrying('orders', 0), asked(650)).findings).toEqual([]);
});

it('does not take callers whose proxies are not read for retries', () => {
  expect(look(retrying('orders', 3), called(pod('orders'), { 'http 200 -': 1_000 }, { 'http 200 -': 2_000 }))).toMatchObject({ findings: [], undecided: [{ reason: 'more arrives than callers’ proxies ask' }] });
});

it('minds no counters that were read at different moments', () => {
  expect(look(retrying('orders', 3), called(pod('orders'), { 'http 200 -': 1_000 }, { 'http 200 -': 1_040 }))).toMatchObject({ findings: [], undecided: [] });
});

it('believes proxies that count attempts themselves', () => {
  const rows = called(pod('orders'), { 'http 200 -': 1_000 }, null, { measured: Measured.requests | Measured.errors | Measured.attempts, attempts: 1_800 });
  expect(look(retrying('orders', 3), rows).findings[0]?.observation?.measures[0]).toMatchObject({ observed: 1.8 });
});
