import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { unknownEntity } from '@orrery/collectors/model/entity';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { host } from '../../../inference/row-fixture.ts';
import { called, pod, rule, service } from '../traffic/traffic-fixture.ts';
import { circuitBreakerNever } from './circuit-breaker-never.ts';
import { circuitBreakerOpens } from './circuit-breaker-opens.ts';

const limited = (http: string): string => service('orders', ['v1', 'v2']) + rule('orders', ['v1'], `{ connectionPool: { ${http} } }`);

describe('a breaker that opens', () => {
  const look = (rejected: number): ReturnType<typeof told> => told(circuitBreakerOpens, limited('http: { http1MaxPendingRequests: 1 }'), evidenceOf([
    ...called(pod('orders', 'v1'), { 'http 200 -': 3_000 }), ...called(pod('orders', 'v2'), { 'http 200 -': 3_000 - rejected }),
    ...(rejected === 0 ? [] : called({ ...unknownEntity, namespace: 'shop' }, { 'http 503 UO': rejected }, null, { service: host('orders') })),
  ]));
  it('is told with what it rejects', () => {
    const { findings: [finding, ...others] } = look(240);
    expect([finding?.path, others]).toEqual(['spec/trafficPolicy/connectionPool/http/http1MaxPendingRequests', []]);
    expect(finding?.observation).toMatchObject({ sample: 6_000, pValue: null, measures: [{ name: 'rejected (UO)', observed: 0.04 }, { observed: 240 }] });
  });
  it('is not where it rejects next to nothing, or there is no limit', () => {
    expect(look(9).findings).toEqual([]);
    expect(look(0).findings).toEqual([]);
    expect(told(circuitBreakerOpens, limited('http: { http1MaxPendingRequests: 1 }'), evidenceOf(called(pod('orders', 'v1'), { 'http 200 -': 60, 'http 503 UO': 30 })))).toMatchObject({ findings: [], undecided: [{ reason: expect.stringMatching(/^fewer than \d+ requests$/) as string, objects: 1 }] });
    expect(told(circuitBreakerOpens, service('orders', ['v1']) + rule('orders', []), evidenceOf(called(pod('orders'), { 'http 503 UO': 300, 'http 200 -': 300 }))).findings).toEqual([]);
  });
});

describe('a breaker that never could', () => {
  // 6,000 requests in 300 s below 100 ms: 20/s, two under way.
  const rows = (responses: Readonly<Record<string, number>> = { 'http 200 -': 6_000 }): EdgeWindow[] =>
    called(pod('orders'), responses, null, { measured: Measured.requests | Measured.errors | Measured.latency, latency: new Map([[6, 6_000]]) });
  const look = (limit: number, of = rows()): ReturnType<typeof told> => told(circuitBreakerNever, limited(`http: { http2MaxRequests: ${limit} }`), evidenceOf(of));
  it('is told by Little’s law', () => {
    const { findings: [finding, ...others] } = look(10_000);
    expect([finding?.severity, finding?.path, others]).toEqual(['info', 'spec/trafficPolicy/connectionPool/http/http2MaxRequests', []]);
    expect(finding?.observation?.measures).toMatchObject([{ observed: 2, configured: 10_000 }, { name: 'at the busiest', observed: 20 }, { name: '99th percentile' }]);
  });
  it('is not where the limit is near enough, opened, or nobody measured', () => {
    expect(look(30).findings).toEqual([]);
    expect(look(10_000, rows({ 'http 200 -': 5_990, 'http 503 UO': 10 })).findings).toEqual([]);
    expect(look(10_000, called(pod('orders'), { 'http 200 -': 6_000 }))).toMatchObject({ findings: [], undecided: [{ reason: 'latency or its course is not measured' }] });
    expect(look(10_000, called(pod('orders'), { 'http 200 -': 600 }))).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 5000 requests' }] });
  });
});
