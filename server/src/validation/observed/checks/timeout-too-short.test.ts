import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { called, pod, rule, service, virtualService } from '../traffic/traffic-fixture.ts';
import { durationMs } from '../traffic/route-rules.ts';
import { timeoutTooShort } from './timeout-too-short.ts';

const mesh = (http: string): string => service('orders', ['v1', 'v2']) + rule('orders', ['v1', 'v2']) + virtualService('orders', http);
const look = (manifests: string, rows: readonly EdgeWindow[]): ReturnType<typeof told> => told(timeoutTooShort, manifests, evidenceOf(rows));
const limited = mesh('[{ timeout: 250ms, route: [{ destination: { host: orders } }] }]');
/** The callers' proxy cuts some off; the server hears that its client is gone. */
const cut = (fine: number, late: number, version = 'v1'): EdgeWindow[] => called(pod('orders', version), { 'http 200 -': fine, 'http 504 UT': late }, { 'http 200 -': fine, 'http 0 DC': late });

it('tells of a timeout that cuts off more than one in a hundred, with the interval', () => {
  const { findings: [finding, ...others] } = look(limited, cut(1_900, 100));
  expect([finding?.path, others]).toEqual(['spec/http[0]/timeout', []]);
  expect(finding?.observation?.measures[0]).toMatchObject({ name: 'cut off', observed: 0.05, configured: 0.01 });
});

it('takes the timeout of an attempt where it is shorter', () => {
  const perTry = mesh('[{ timeout: 2s, retries: { attempts: 2, perTryTimeout: 250ms }, route: [{ destination: { host: orders } }] }]');
  expect(look(perTry, cut(1_900, 100)).findings.map(({ path }) => path)).toEqual(['spec/http[0]/retries/perTryTimeout']);
});

it('is content with one in a hundred, by chance more, and with other failures', () => {
  expect(look(limited, cut(1_980, 20)).findings).toEqual([]);
  expect(look(limited, cut(980, 16)).findings).toEqual([]);
  expect(look(limited, called(pod('orders'), { 'http 200 -': 1_900, 'http 503 UC': 100 })).findings).toEqual([]);
});

it('tells of a timeout that is not in force', () => {
  // The bucket of 500 ms to 1 s.
  const slow = (over: number): EdgeWindow[] => called(pod('orders'), { 'http 200 -': 1_000 }, null, { measured: Measured.requests | Measured.errors | Measured.latency, latency: new Map([[4, 1_000 - over], [9, over]]) });
  expect(look(limited, slow(60)).findings.map(({ message }) => message)).toEqual(['requests take longer than the timeout and none is cut off: it is not in force']);
  expect(look(limited, slow(8)).findings).toEqual([]);
});

describe('routes of one object', () => {
  const two = (first: string, second: string): string => mesh(`[{ match: [{ uri: { prefix: /a } }], timeout: ${first}, route: [{ destination: { host: orders, subset: v1 } }] }, { timeout: 5s, route: [{ destination: { host: orders, subset: ${second} } }] }]`);
  it('are told apart by their destinations', () => {
    expect(look(two('250ms', 'v2'), [...cut(900, 100), ...cut(1_000, 0, 'v2')]).findings.map(({ path }) => path)).toEqual(['spec/http[0]/timeout']);
  });
  it('to the same ones by nothing', () => {
    expect(look(two('250ms', 'v1'), cut(900, 100))).toMatchObject({ findings: [], undecided: [{ reason: 'routes to the same destinations have other timeouts' }] });
    expect(look(two('5s', 'v1'), cut(900, 100)).findings.map(({ path }) => path)).toEqual(['spec/http[0]/timeout']);
  });
});

it('reads the timeouts of an HTTPRoute', () => {
  const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ group: '', kind: Service, name: orders }], rules: [{ timeouts: { request: 250ms }, backendRefs: [{ name: orders, port: 80 }] }] }
`;
  expect(look(service('orders', ['v1']) + route, cut(900, 100)).findings.map(({ path }) => path)).toEqual(['spec/rules[0]/timeouts/request']);
});

it.each([['1.5s', 1_500], ['2m30s', 150_000], ['250ms', 250], ['1h', 3_600_000], ['', undefined], ['5', undefined], ['soon', undefined], [5, undefined]])('the duration %s is %s ms', (written, ms) => {
  expect(durationMs(written)).toBe(ms);
});
