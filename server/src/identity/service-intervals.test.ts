import { expect, it } from 'vitest';
import { workload, type Entity } from '@orrery/collectors/model/entity';
import { ServiceIntervals, type ServiceInterval } from './service-intervals.ts';

const host = 'orders.shop.svc.cluster.local';
const behind = (entity: Entity, fromMs: number, toMs: number, network = 'a'): ServiceInterval => ({ name: 'orders.shop', host, network, entity, fromMs, toMs });
const named = (name: string): Entity => workload('a', 'shop', name);

it('a service is who stood behind it then', () => {
  const service: Entity = { ...named('orders'), kind: 'service' };
  const intervals = new ServiceIntervals([behind(service, 0, 1_000), behind(named('orders-v1'), 0, 60), behind(named('orders-v1'), 20, 80), behind(named('orders-v2'), 70, 1_000)]);
  const at = (fromMs: number, toMs: number): string | null | undefined => intervals.within('orders.shop', ['a'], fromMs, toMs)?.workload?.name;
  expect([at(0, 10), at(30, 70), at(70, 80), at(80, 90)]).toEqual(['orders-v1', 'orders-v1', undefined, 'orders-v2']);
  expect(intervals.within('orders.shop', ['a'], 70, 80)).toEqual({ host, workload: null });
  expect(intervals.within('orders.shop', ['a'], 1_000, 1_010)).toBeNull();
  expect(intervals.within('ratings.shop', ['a'], 0, 10)).toBeNull();
});

it('a service is one of the caller\'s cluster', () => {
  const intervals = new ServiceIntervals([behind(named('orders'), 0, 10), behind(workload('b', 'shop', 'orders'), 0, 10, 'b')]);
  expect([['b'], ['c'], null].map((networks) => intervals.within('orders.shop', networks, 0, 10)?.workload?.cluster)).toEqual(['b', undefined, undefined]);
});
