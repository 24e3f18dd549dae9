import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { host, orders, row, t0, web, type RowSpec } from '../row-fixture.ts';
import type { EdgeBucket } from '../ports.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { failuresOf } from './failures.ts';
import { nearbyChanges } from './nearby-changes.ts';
import { findOnset } from './onset.ts';
import type { PastEvent } from './past-events.ts';
import { usualBand } from './usual-band.ts';

const window = { from: t0, to: t0 + 300, step: 10 as const };
type Side = EdgeTraffic['side'];
type Counts = Readonly<Record<string, number>>;

/** 30 buckets of web → orders: what each side told in each, by bucket number. */
function buckets(tell: (i: number) => Partial<Record<Side, Counts>>, more: Partial<RowSpec> = {}): EdgeBucket[] {
  return Array.from({ length: 30 }, (_, i) => Object.entries(tell(i)).map(([side, responses]): EdgeBucket => ({
    ...row({ from: web, to: orders, service: host('orders'), side: side as Side, responses, firstBucket: t0 + 10 * i, lastBucket: t0 + 10 * i, ...more }), bucket: t0 + 10 * i,
  }))).flat();
}

function why(rows: readonly EdgeBucket[], events: readonly PastEvent[] = []): Explanation {
  const failures = failuresOf(rows, window), onset = findOnset(failures.series);
  const changes = onset ? nearbyChanges(events, onset, { destination: [orders], source: [web], downstream: [], hosts: [] }) : [];
  return explain({ window, health: 'Failure', edges: ['e'], failures, onset, usual: null, changes, downstream: [], partial: [] });
}
const factOf = (explanation: Explanation, kind: string) => explanation.facts.find((fact) => fact.kind === kind);
const both = (counts: Counts): Partial<Record<Side, Counts>> => ({ source: counts, destination: counts });

describe('what failed, and who saw it', () => {
  it('no healthy endpoint: the requests never reached the destination', () => {
    const told = why(buckets(() => ({ source: { 'http 200 -': 90, 'http 503 UH': 10 }, destination: { 'http 200 -': 90 } })));
    expect(told.failureRatio).toBeCloseTo(0.1);
    expect(told.codes[0]).toMatchObject({ code: '503', flags: 'UH', seenBy: 'source', share: 1, ofAll: 0.1, meaning: 'no healthy endpoint' });
    expect(factOf(told, 'unreached')).toMatchObject({ value: 1, evidence: [{ edge: 'e', side: 'source', responseKey: 'http 503 UH' }] });
    expect(factOf(told, 'side')?.text).toBe('the destination answers what reaches it without failures');
    expect(told.summary).toBe('10 % of the requests fail, mostly HTTP 503 UH (no healthy endpoint), as the callers alone see');
  });

  it('timeouts at the callers: the destination counts these requests otherwise', () => {
    const told = why(buckets(() => ({ source: { 'http 200 -': 97, 'http 504 UT': 3 }, destination: { 'http 200 -': 97, 'http 200 DC': 3 } })));
    expect(factOf(told, 'clientOutcome')).toMatchObject({ value: 1, text: '100 % of the failures are seen by the callers alone (HTTP 504 UT): the destination counts these requests otherwise' });
    expect(factOf(told, 'unreached')).toBeUndefined();
    expect(factOf(told, 'tolerance')?.text).toBe('health is Degraded from any of 5XX on, it is 3 %');
  });

  it('errors of the destination itself, and the tolerance that they broke', () => {
    const told = why(buckets(() => both({ 'http 200 -': 80, 'http 500 -': 18, 'http 502 -': 2 })));
    expect(told.codes.map((one) => [one.code, one.seenBy, one.share])).toEqual([['500', 'both', 0.9], ['502', 'both', 0.1]]);
    expect(factOf(told, 'side')?.value).toBeCloseTo(0.2);
    expect(factOf(told, 'tolerance')).toMatchObject({ value: 0.2, text: 'health is Failure from 10 % of 5XX on, it is 20 %' });
  });

  it.each<[string, Partial<Record<Side, Counts>>, string, string]>([
    ['a policy', { source: { 'http 200 -': 50, 'http 403 UAEX': 50 }, destination: { 'http 200 -': 50 } }, 'denied', 'refusals by a policy'],
    ['an injected fault', { source: { 'http 200 -': 90, 'http 503 FI': 10 }, destination: { 'http 200 -': 90 } }, 'fault', 'injected on purpose'],
  ])('%s is named', (_, counts, kind, words) => {
    const fact = factOf(why(buckets(() => counts)), kind);
    expect(fact).toMatchObject({ value: 1, unit: '1' });
    expect(fact?.text).toContain(words);
  });

  it.each([['TLS_FAILURE', 'handshake'], ['DENY', 'denied'], ['NETWORK_POLICY', 'denied']])('connections that fail by %s', (flag, kind) => {
    const rows = buckets(() => ({ source: { 'tcp - -': 6, [`tcp - ${flag}`]: 4 } }), { measured: Measured.connections | Measured.connectionsFailed, connectionsOpened: 10, connectionsFailed: 4, protocols: 4 });
    const told = why(rows);
    expect(told.failureRatio).toBeCloseTo(0.4);
    expect(factOf(told, kind)).toMatchObject({ value: 1, evidence: [{ responseKey: `tcp - ${flag}` }] });
    expect(factOf(told, 'connections')?.text).toBe('120 of 300 connections failed');
  });

  it('retries multiply the load', () => {
    const told = why(buckets(() => ({ source: { 'http 503 URX': 9 }, destination: { 'http 503 -': 27 } })));
    expect(factOf(told, 'retries')).toMatchObject({ value: 3, unit: 'x' });
    expect(told.codes.map((one) => [one.flags, one.seenBy])).toEqual([['URX', 'source'], ['', 'destination']]);
  });

  it('gRPC by its status, 4xx only where there are many, drops by their reason', () => {
    expect(why(buckets(() => both({ 'grpc 0 -': 9, 'grpc 14 -': 1 }))).codes[0]).toMatchObject({ code: '14', meaning: 'unavailable' });
    expect(why(buckets(() => both({ 'http 200 -': 95, 'http 404 -': 5 }))).summary).toBe('none of the requests of this window failed');
    expect(why(buckets(() => both({ 'http 200 -': 70, 'http 404 -': 30 }))).codes[0]).toMatchObject({ code: '404', ofAll: 0.3 });
    expect(factOf(why(buckets(() => ({ source: { 'drop POLICY_DENIED -': 5 } }), { measured: Measured.drops, drops: 5, instrument: 'flow' })), 'denied')).toBeDefined();
  });

  it('spans without codes are judged by their errors', () => {
    expect(why(buckets(() => ({ destination: {} }), { requests: 10, errors: 2, instrument: 'trace' })).failureRatio).toBeCloseTo(0.2);
  });

  it('nothing failed, nothing measured', () => {
    expect(why(buckets(() => both({ 'http 200 -': 10 }))).facts).toEqual([{ kind: 'quiet', value: 300, unit: 'requests', evidence: [], text: 'none of 300 requests failed' }]);
    expect(why([])).toMatchObject({ failureRatio: null, summary: 'nothing was measured in this window' });
  });
});

describe('since when, and what changed then', () => {
  const failingFrom = (at: number, until = 30) => buckets((i) => both(i >= at && i < until ? { 'http 200 -': 70, 'http 503 -': 30 } : { 'http 200 -': 100 }));
  const event = (id: string, offset: number, name: string, more: Partial<PastEvent> = {}): PastEvent => ({
    id, timeMs: (t0 + 120 + offset) * 1000, kind: 'deploy', title: `${name} v2`, entity: { cluster: 'c', namespace: 'shop', kind: 'workload', name }, before: 'v1', after: 'v2', body: '', ...more,
  });

  it('finds the bucket in which they began, whether or not they are over', () => {
    expect(why(failingFrom(12)).onset).toEqual({ time: t0 + 120, precision: 10, ratioBefore: 0, ratioAfter: expect.closeTo(0.3) as number, beyond: false });
    expect(why(failingFrom(12, 15)).onset).toMatchObject({ time: t0 + 120, beyond: false });
  });
  it('says so where they were there at the beginning, and where they are spread evenly', () => {
    expect(why(failingFrom(0)).onset).toMatchObject({ time: t0, beyond: true });
    expect(why(failingFrom(0, 20)).onset).toMatchObject({ time: t0, beyond: true });
    expect(findOnset({ time: [0, 10, 20], step: 10, failures: [0, 0, 0], all: [5, 5, 5] })).toBeNull();
    expect(findOnset({ time: [0, 10, 20, 30], step: 10, failures: [1, 0, 1, 0], all: [9, 9, 9, 9] })?.beyond).toBe(true);
  });
  it('says of nothing but an alert that something changed', () => {
    const told = why(failingFrom(12), [event('fires', 5, 'orders', { kind: 'alert' })]);
    expect(told.summary).not.toContain('orders');
    expect(factOf(told, 'change')?.text).toContain('alert of the destination orders');
  });
  it('names the change of an end before others, the nearest first, and none from elsewhere', () => {
    const told = why(failingFrom(12), [
      event('far', -1000, 'orders'), event('beside', -5, 'cart'), event('caller', -20, 'web'), event('called', -40, 'orders'), event('elsewhere', -10, 'orders', { entity: { cluster: 'c', namespace: 'pay', kind: 'workload', name: 'orders' } }),
    ]);
    expect(told.changes.map((one) => [one.event.id, one.relation, one.offset])).toEqual([['called', 'destination', -40], ['caller', 'source', -20], ['beside', 'elsewhere', -5]]);
    expect(told.facts.filter((fact) => fact.kind === 'change')).toHaveLength(2);
    expect(factOf(told, 'change')?.text).toBe('40 s before they began: deploy of the destination orders (v1 → v2): orders v2');
    expect(told.summary).toMatch(/^18 % of the requests fail, mostly HTTP 503 \(unavailable\), since \d\d:\d\d:\d\d UTC\. 40 s before that: deploy of orders$/);
  });
  it('does not put a change behind what it may have caused, within the bucket of the onset', () => {
    const told = why(failingFrom(12), [event('called', 7, 'orders')]);
    expect(told.summary).toMatch(/ UTC\. At that time: deploy of orders$/);
    expect(factOf(told, 'change')?.text).toMatch(/^when they began, to 10 s: deploy of the destination orders/);
    expect(why(failingFrom(12), [event('called', 30, 'orders')]).summary).toMatch(/\. 30 s after that: deploy of orders$/);
  });
  it('names configuration by its title, and says for whom it holds', () => {
    const config = (title: string, body = ''): PastEvent => event(title, -20, '', { kind: 'config', title, entity: { cluster: 'c', namespace: 'shop', kind: '', name: '' }, before: '', after: '', body });
    const strict = why(failingFrom(12), [config('PeerAuthentication default changed')]);
    expect(strict.summary).toMatch(/ 20 s before that: PeerAuthentication default changed, for the whole namespace$/);
    expect(factOf(strict, 'change')?.text).toBe('20 s before they began: config for the whole namespace: PeerAuthentication default changed');
    const route = why(failingFrom(12), [config('VirtualService canary changed', 'spec/http[0]/route[0]/destination/host: cart → orders')]);
    expect(route.summary).toMatch(/ 20 s before that: VirtualService canary changed$/);
    expect(factOf(route, 'change')?.text).toBe('20 s before they began: config that names the destination: VirtualService canary changed');
    expect(why(failingFrom(12), [config('ConfigMap banners changed'), event('beside', -9, 'cart')]).summary).toMatch(/ since \d\d:\d\d:\d\d UTC$/);
  });
  it('tells the usual band', () => {
    const series = { time: Array.from({ length: 24 }, (_, i) => i * 3600), step: 3600, all: Array.from({ length: 24 }, () => 1000), failures: Array.from({ length: 24 }, (_, i) => i) };
    expect(usualBand(series)).toEqual({ from: 0, to: 86_400, low: 0.002, median: 0.012, high: 0.021, buckets: 24 });
    expect(usualBand({ ...series, all: series.all.map(() => 3) })).toBeNull();
  });
});

it('says the same of the same rows in any order', () => {
  const rows = buckets((i) => ({ source: { 'http 200 -': 90, 'http 503 UH': i }, destination: { 'http 200 -': 90, 'http 500 -': 3 } }));
  expect(JSON.stringify(why([...rows].reverse()))).toBe(JSON.stringify(why(rows)));
});
