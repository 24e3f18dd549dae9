import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { GraphColumns } from '../../inference/graph-columns.ts';
import { fakeColumns, fakeDiff } from '../testing/fake-parts.ts';
import { graphRequest, type GraphRequest } from './graph-request.ts';
import { createLiveGraphs, type LiveGraphs } from './live-graphs.ts';

const now = 1_800_000_000_000;
const running: LiveGraphs[] = [];
afterEach(() => {
  for (const graphs of running.splice(0)) graphs.stop();
});

interface World { version: number; computed: number; diffed: number; failure: Error | null }

function setUp(maxInputs = 4): { readonly world: World; readonly graphs: LiveGraphs } {
  const world: World = { version: 1, computed: 0, diffed: 0, failure: null };
  const graphs = createLiveGraphs({
    changeToken: () => (world.failure ? Promise.reject(world.failure) : Promise.resolve(String(world.version))),
    columns: () => {
      world.computed++;
      return Promise.resolve(fakeColumns(String(world.version)));
    },
    diff: (base: GraphColumns | null, next) => {
      world.diffed++;
      return fakeDiff(base, next);
    },
    now: () => now, tickMs: 2, maxInputs,
  });
  running.push(graphs);
  return { world, graphs };
}

const request = (namespace = ''): GraphRequest => graphRequest({ namespaces: namespace === '' ? [] : [namespace] }, 'default', now / 1000);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

it('computes and diffs once for all subscribers of one question', async () => {
  const { world, graphs } = setUp();
  const subscribers = Array.from({ length: 20 }, () => graphs.subscribe(request()));
  const first = await Promise.all(subscribers.map((one) => one.next()));
  expect(first.map(({ value }) => value.base)).toEqual(Array(20).fill(''));
  expect(world.computed).toBe(1);
  const before = world.diffed;
  world.version++;
  const second = await Promise.all(subscribers.map((one) => one.next()));
  expect(new Set(second.map(({ value }) => value)).size).toBe(1);
  expect({ computed: world.computed, diffed: world.diffed - before }).toEqual({ computed: 2, diffed: 1 });
});

it('gives a slow subscriber one diff over all it missed', async () => {
  const { world, graphs } = setUp();
  const slow = graphs.subscribe(request());
  await slow.next();
  for (const version of [2, 3, 4]) {
    world.version = version;
    await until(() => world.computed === version);
  }
  await sleep(5);
  expect((await slow.next()).value).toMatchObject({ base: '1', version: '4' });
});

it('stops ticking with its last subscriber, who may leave while waiting', async () => {
  const { graphs } = setUp();
  const one = graphs.subscribe(request()), other = graphs.subscribe(request());
  await Promise.all([one.next(), other.next()]);
  expect({ subscribers: graphs.subscribers, inputs: graphs.inputs }).toEqual({ subscribers: 2, inputs: 1 });
  const waiting = one.next();
  await one.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await other.return?.();
  expect({ subscribers: graphs.subscribers, inputs: graphs.inputs }).toEqual({ subscribers: 0, inputs: 0 });
});

it('bounds the number of different questions', () => {
  const { graphs } = setUp(2);
  void graphs.subscribe(request('a'));
  void graphs.subscribe(request('b'));
  void graphs.subscribe(request('b'));
  expect(() => graphs.subscribe(request('c'))).toThrow(/2 different live graphs/);
});

it('tells a failure to who has nothing yet, and keeps the others for when it is over', async () => {
  const { world, graphs } = setUp();
  const early = graphs.subscribe(request());
  await early.next();
  world.failure = new Error('gone');
  await sleep(10);
  const late = graphs.subscribe(request());
  expect(await late.next()).toMatchObject({ value: { base: '' } });
  const waiting = early.next();
  await sleep(10);
  world.failure = null;
  world.version++;
  expect(await waiting).toMatchObject({ value: { base: '1', version: '2' } });

  const { world: down, graphs: fresh } = setUp();
  down.failure = new Error('gone');
  await expect(fresh.subscribe(request()).next()).rejects.toThrow('gone');
  expect(fresh.inputs).toBe(0);
});
