import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fakeColumns, fakeGraph } from '../testing/fake-parts.ts';
import { graphRequest, type GraphRequest } from './graph-request.ts';
import { createGraphSnapshots, type GraphSnapshots, type SnapshotBounds } from './graph-snapshots.ts';

const now = 1_800_000_000;
const of = (namespace: string): GraphRequest => graphRequest({ namespaces: [namespace] }, 'default', now);

function setUp(bounds?: SnapshotBounds, edges = 1): { readonly snapshots: GraphSnapshots; readonly world: { token: string; computed: string[]; made: number; failure: Error | null } } {
  const world = { token: 'a', computed: [] as string[], made: 0, failure: null as Error | null };
  const snapshots = createGraphSnapshots({
    changeToken: () => Promise.resolve(world.token),
    graph: ({ scope }) => {
      world.computed.push(String(scope.namespaces));
      return world.failure ? Promise.reject(world.failure) : Promise.resolve(fakeGraph(edges));
    },
    columns: () => Promise.resolve(null),
    onMade: () => { world.made++; },
    toColumns: (graph) => fakeColumns('1', graph.edges.map((edge) => edge.id)),
    ...(bounds ? { bounds } : {}),
  });
  return { snapshots, world };
}

it('computes a question once for as long as the data stays the same', async () => {
  const { snapshots, world } = setUp();
  const [one, other] = await Promise.all([snapshots.get(of('x')), snapshots.get(of('x'))]);
  expect(one).toBe(other);
  expect(await snapshots.get(of('x'))).toBe(one);
  world.token = 'b';
  expect(await snapshots.get(of('x'))).not.toBe(one);
  expect([world.computed, world.made]).toEqual([['x', 'x'], 2]);
});

it('does not keep a failure', async () => {
  const { snapshots, world } = setUp();
  world.failure = new Error('gone');
  await expect(snapshots.get(of('x'))).rejects.toThrow('gone');
  world.failure = null;
  expect((await (await snapshots.get(of('x'))).graph).edges).toHaveLength(1);
});

it('forgets what was not used for longest, by number and by edges', async () => {
  for (const { bounds, edges } of [{ bounds: { snapshots: 2, edges: 1_000 }, edges: 1 }, { bounds: { snapshots: 100, edges: 200 }, edges: 10 }]) {
    const { snapshots, world } = setUp(bounds, edges);
    for (const name of ['x', 'y', 'x', 'z', 'x', 'y']) await snapshots.get(of(name));
    expect(world.computed).toEqual(['x', 'y', 'z', 'y']);
  }
});

it('answers a graph that is beyond the bound by itself', async () => {
  const { snapshots } = setUp({ snapshots: 2, edges: 5 }, 10);
  expect((await (await snapshots.get(of('x'))).graph).edges).toHaveLength(10);
});

it('has the same bytes plain and compressed, and a hash of them', async () => {
  const { snapshots } = setUp();
  const snapshot = await snapshots.get(of('x'));
  expect(gunzipSync(await snapshot.compressed('gzip'))).toEqual(snapshot.json);
  expect(JSON.parse(snapshot.json.toString())).toEqual({ version: '1', edges: { id: ['e000000000000000'] } });
  expect(snapshot.hash).toMatch(/^[\w-]{22}$/);
});
