import { describe, expect, it } from 'vitest';
import { unknownEntity, workload } from '@orrery/collectors/model/entity';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { host } from '../../../inference/row-fixture.ts';
import { called, pod, rule, service, virtualService } from '../traffic/traffic-fixture.ts';
import { routeWeights } from './route-weights.ts';

const split = (v1: number, v2: number): string => `{ route: [{ destination: { host: orders, subset: v1 }, weight: ${v1} }, { destination: { host: orders, subset: v2 }, weight: ${v2} }] }`;
const mesh = (http: string): string => service('orders', ['v1', 'v2']) + rule('orders', ['v1', 'v2']) + virtualService('orders', http);
const traffic = (v1: number, v2: number): EdgeWindow[] => [...called(pod('orders', 'v1'), { 'http 200 -': v1 }), ...called(pod('orders', 'v2'), { 'http 200 -': v2 })];
const look = (manifests: string, rows: readonly EdgeWindow[], changed: readonly string[] = []): ReturnType<typeof told> => told(routeWeights, manifests, evidenceOf(rows), changed);

describe('weights of a VirtualService', () => {
  it('are told where traffic is split otherwise, with the shares and the chance of it', () => {
    const { findings: [finding, ...others] } = look(mesh(`[${split(90, 10)}]`), traffic(1_240, 760));
    expect([finding?.path, others]).toEqual(['spec/http[0]/route', []]);
    expect(finding?.observation).toMatchObject({ sample: 2_000, measures: [{ name: 'to v1', observed: 0.62, configured: 0.9 }, { name: 'to v2', observed: 0.38, configured: 0.1 }] });
    expect(finding?.observation?.pValue).toBeLessThan(1e-10);
  });
  it('are right within chance, and one share that is twice the other is not', () => {
    expect(look(mesh(`[${split(90, 10)}]`), traffic(1_790, 210))).toMatchObject({ findings: [], undecided: [] });
    expect(look(mesh(`[${split(99, 1)}]`), traffic(2_900, 100)).findings).toHaveLength(1);
  });
  it('a destination without weight gets nothing', () => {
    expect(look(mesh(`[${split(100, 0)}]`), traffic(1_900, 100)).findings).toHaveLength(1);
    expect(look(mesh(`[${split(100, 0)}]`), traffic(2_000, 0)).findings).toEqual([]);
  });
  it('of several routes allow any mixture of their splits', () => {
    const http = `[{ match: [{ headers: { beta: { exact: y } } }], route: [{ destination: { host: orders, subset: v2 } }] }, ${split(80, 20)}]`;
    expect(look(mesh(http), traffic(1_000, 1_000)).findings).toEqual([]);
    expect(look(mesh(http), traffic(1_900, 100)).findings).toHaveLength(1);
  });
});

describe('what cannot be judged', () => {
  const reasons = (...of: Parameters<typeof look>): string[] => look(...of).undecided.map(({ reason }) => reason);
  it.each([
    ['too few requests', mesh(`[${split(90, 10)}]`), traffic(100, 60), [], 'fewer than 500 requests'],
    ['a change', mesh(`[${split(90, 10)}]`), traffic(1_000, 1_000), ['DestinationRule orders'], 'changed within the window'],
    ['a subset of nobody', mesh(`[${split(90, 10).replace('subset: v2', 'subset: v3')}]`), traffic(1_000, 1_000), [], 'a subset is not defined'],
    ['another route', mesh(`[${split(90, 10)}]`) + virtualService('other', `[${split(50, 50)}]`), traffic(1_000, 1_000), [], 'other routes lead to the same host'],
    ['requests that reached nobody', mesh(`[${split(90, 10)}]`), [...traffic(1_800, 0), ...called({ ...unknownEntity, namespace: 'shop' }, { 'http 503 UH': 200 }, null, { service: host('orders') })], [], 'too many requests reached no endpoint'],
    ['callers without a proxy', mesh(`[${split(90, 10)}]`), traffic(1_000, 1_000).filter(({ side }) => side === 'destination'), [], 'fewer than 500 requests'],
    ['workloads that nobody declares', mesh(`[${split(90, 10)}]`), called(workload('c', 'shop', 'stranger', 'orders', ''), { 'http 200 -': 2_000 }, null, { service: host('orders') }), [], 'a workload cannot be told to belong to a subset'],
  ])('%s', (_, manifests, rows, changed, reason) => {
    const { findings } = look(manifests, rows, changed);
    expect([findings, ...reasons(manifests, rows, changed)]).toEqual([[], reason]);
  });
});

it('weights of an HTTPRoute of a Service', () => {
  const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec: { parentRefs: [{ group: '', kind: Service, name: orders }], rules: [{ backendRefs: [{ name: orders-v1, port: 80, weight: 3 }, { name: orders-v2, port: 80 }] }] }
`;
  const to = (v1: number, v2: number): EdgeWindow[] => [...called(pod('orders', 'v1'), { 'http 200 -': v1 }, null, { service: host('orders-v1') }), ...called(pod('orders', 'v2'), { 'http 200 -': v2 }, null, { service: host('orders-v2') })];
  expect(look(route, to(1_500, 500)).findings).toEqual([]);
  expect(look(route, to(1_000, 1_000)).findings.map(({ object: { kind }, path }) => [kind, path])).toEqual([['HTTPRoute', 'spec/rules[0]/backendRefs']]);
});

it('weights of a TrafficSplit', () => {
  const split = `---
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: { name: orders, namespace: shop }
spec: { service: orders, backends: [{ service: orders-v1, weight: 900m }, { service: orders-v2, weight: 100m }] }
`;
  const to = (v1: number, v2: number): EdgeWindow[] => [...called(pod('orders', 'v1'), { 'http 200 -': v1 }, null, { service: host('orders-v1') }), ...called(pod('orders', 'v2'), { 'http 200 -': v2 }, null, { service: host('orders-v2') })];
  expect(look(split, to(900, 100)).findings).toEqual([]);
  expect(look(split, to(600, 400)).findings.map(({ path }) => path)).toEqual(['spec/backends']);
});
