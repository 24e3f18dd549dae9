import { describe, expect, it } from 'vitest';
import { Intent } from '@orrery/collectors/model/edge-traffic';
import { unknownEntity } from '@orrery/collectors/model/entity';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { host } from '../../../inference/row-fixture.ts';
import { called, pod, rule, service, virtualService } from '../traffic/traffic-fixture.ts';
import { routeUnused } from './route-unused.ts';
import { subsetWithoutEndpoints } from './subset-without-endpoints.ts';
import { versionUnused } from './version-unused.ts';

const ok = (version: string, count: number, name = 'orders'): EdgeWindow[] => called(pod(name, version), { 'http 200 -': count });
const nowhere = (count: number, flags = 'UH'): EdgeWindow[] => called({ ...unknownEntity, namespace: 'shop' }, { [`http 503 ${flags}`]: count }, null, { service: host('orders') });
const mesh = (http: string, versions = ['v1', 'v2']): string => service('orders', versions) + rule('orders', ['v1', 'v2']) + virtualService('orders', http);
const split = '[{ route: [{ destination: { host: orders, subset: v1 }, weight: 80 }, { destination: { host: orders, subset: v2 }, weight: 20 }] }]';
const toV1 = '[{ route: [{ destination: { host: orders, subset: v1 } }] }]';

describe('a subset without ready endpoints', () => {
  const look = (manifests: string, rows: readonly EdgeWindow[], changed: readonly string[] = []): ReturnType<typeof told> => told(subsetWithoutEndpoints, manifests, evidenceOf(rows), changed);
  it.each([['that no workload belongs to', ['v1']], ['of which no workload answers', ['v1', 'v2']]])('%s is told, with the share that is lost', (_, versions) => {
    const { findings: [finding, ...others] } = look(mesh(split, versions), [...ok('v1', 800), ...nowhere(200)]);
    expect([finding?.object.kind, finding?.path, others]).toEqual(['DestinationRule', 'spec/subsets[1]', []]);
    expect(finding?.observation).toMatchObject({ sample: 1_000, measures: [{ observed: 0.2, configured: 0.2 }] });
  });
  it('is not where it answers, nothing is lost, nobody is sent there, or it has just changed', () => {
    expect(look(mesh(split), [...ok('v1', 800), ...ok('v2', 190), ...nowhere(20)]).findings).toEqual([]);
    expect(look(mesh(split), ok('v1', 1_000)).findings).toEqual([]);
    expect(look(mesh(toV1), [...ok('v1', 800), ...nowhere(200)]).findings).toEqual([]);
    expect(look(mesh(split), [...ok('v1', 800), ...nowhere(9)]).findings).toEqual([]);
    expect(look(mesh(split), [...ok('v1', 800), ...nowhere(200)], ['DestinationRule orders'])).toMatchObject({ findings: [], undecided: [{ reason: 'changed within the window' }] });
  });
  it('a Service of which nobody answers is told as well', () => {
    expect(look(service('orders', ['v1']), nowhere(200)).findings.map(({ object: { kind }, path }) => [kind, path])).toEqual([['Service', 'spec/selector']]);
    expect(look(service('orders', ['v1']), [...ok('v1', 100), ...nowhere(200)]).findings).toEqual([]);
  });
});

describe('versions that nobody calls', () => {
  const look = (manifests: string, rows: readonly EdgeWindow[]): ReturnType<typeof told> => told(versionUnused, manifests, evidenceOf(rows));
  it('a subset that runs and has no weight', () => {
    expect(look(mesh(toV1), ok('v1', 2_000)).findings.map(({ path, severity, message }) => [path, severity, message])).toEqual([['spec/subsets[1]', 'info', `the version v2 of ${host('orders')} runs and nobody calls it`]]);
  });
  it('is called by somebody, has a weight, does not run, or too little was seen', () => {
    expect(look(mesh(toV1), [...ok('v1', 2_000), ...ok('v2', 1)]).findings).toEqual([]);
    expect(look(mesh(split), ok('v1', 2_000)).findings).toEqual([]);
    expect(look(mesh(toV1, ['v1']), ok('v1', 2_000)).findings).toEqual([]);
    const somewhere = called({ ...unknownEntity, kind: 'service', namespace: 'shop', name: 'orders' }, { 'http 200 -': 5 }, null, { service: host('orders'), instrument: 'trace' });
    expect(look(mesh(toV1), [...ok('v1', 2_000), ...somewhere])).toMatchObject({ findings: [], undecided: [{ reason: 'a workload cannot be told to belong to a subset' }] });
    expect(look(mesh(toV1), ok('v1', 200))).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 1000 requests' }] });
  });
  it('a mirror that gets no copies, by the chance of that', () => {
    const mirrored = (percent: number): string => mesh(`[{ route: [{ destination: { host: orders, subset: v1 } }], mirror: { host: orders, subset: v2 }, mirrorPercentage: { value: ${percent} } }]`);
    const { findings: [finding, ...others] } = look(mirrored(10), ok('v1', 2_000));
    expect([finding?.path, finding?.severity, others]).toEqual(['spec/http[0]/mirror', 'warning', []]);
    expect(finding?.observation?.pValue).toBeCloseTo(0.9 ** 2_000, 12);
    expect(look(mirrored(0.1), ok('v1', 2_000))).toMatchObject({ findings: [], undecided: [{ reason: 'too few requests for the percentage of the mirror' }] });
    const copies = called(pod('orders', 'v2'), { 'http 200 -': 200 }).map((row) => ({ ...row, intent: Intent.mirror }));
    expect(look(mirrored(10), [...ok('v1', 2_000), ...copies])).toMatchObject({ findings: [], undecided: [] });
  });
});

describe('hosts routed without traffic', () => {
  const look = (manifests: string, rows: readonly EdgeWindow[]): ReturnType<typeof told> => told(routeUnused, manifests, evidenceOf(rows));
  it('are told where their namespace is seen and they are not', () => {
    expect(look(mesh(toV1) + virtualService('search', '[{ route: [{ destination: { host: search } }] }]'), ok('v1', 2_000)).findings.map(({ object: { name }, path }) => [name, path])).toEqual([['search', 'spec/http[0]/route']]);
  });
  it('are not where anybody calls, the weight is nothing, or too little is seen', () => {
    expect(look(mesh(toV1), [...ok('v1', 2_000, 'stock'), ...nowhere(3)]).findings).toEqual([]);
    expect(look(virtualService('orders', '[{ route: [{ destination: { host: orders }, weight: 100 }, { destination: { host: search }, weight: 0 }] }]'), ok('v1', 2_000)).findings).toEqual([]);
    expect(look(virtualService('search', '[{ route: [{ destination: { host: search } }] }]'), ok('v1', 200)).undecided).toMatchObject([{ reason: 'fewer than 1000 requests' }]);
    expect(look(virtualService('search', '[{ route: [{ destination: { host: search.attic.svc.cluster.local } }] }]'), ok('v1', 2_000))).toMatchObject({ findings: [], undecided: [{ reason: 'nothing is seen of its namespace' }] });
  });
});
