import { describe, expect, it } from 'vitest';
import { change, Known, object } from '../testing/objects.ts';
import { ClusterHappenings } from './cluster-happenings.ts';
import { changedPaths } from './config-changes.ts';
import type { Happening } from './happening.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const brief = ({ kind, title, timeMs, endMs, before, after }: Happening): string => `${kind}: ${title}, ${new Date(timeMs).toISOString().slice(11, 19)}–${new Date(endMs).toISOString().slice(11, 19)} ${before} → ${after}`;
const template = (image: string): object => ({ template: { spec: { containers: [{ name: 'app', image }] } } });
const owned = { ownerReferences: [{ controller: true, kind: 'Deployment', name: 'orders' }] };
const replicaSet = (revision: string, image: string, made: string): ReturnType<typeof object> =>
  object('ReplicaSet', `shop/orders-${revision}`, { spec: template(image) }, { ...owned, annotations: { 'deployment.kubernetes.io/revision': revision }, creationTimestamp: made });
const deployment = (revision: string, image: string, ended: string, more: { replicas?: number; reason?: string; generation?: number; observed?: number } = {}): ReturnType<typeof object> => object('Deployment', 'shop/orders', {
  spec: { replicas: more.replicas ?? 2, ...template(image) },
  status: { observedGeneration: more.observed ?? more.generation ?? 1, conditions: [{ type: 'Progressing', reason: more.reason ?? 'NewReplicaSetAvailable', lastUpdateTime: ended, message: 'timed out' }] },
}, { annotations: { 'deployment.kubernetes.io/revision': revision }, generation: more.generation ?? 1 });

function begun(): { known: Known; happenings: ClusterHappenings; first: readonly Happening[] } {
  const known = new Known(), happenings = new ClusterHappenings(known.get);
  happenings.apply(known.put('deployments.apps', deployment('1', 'orders:1', '2025-12-01T00:00:00Z')), now);
  return { known, happenings, first: happenings.apply(known.put('replicasets.apps', replicaSet('1', 'orders:1', '2025-12-01T00:00:00Z')), now) };
}

describe('rollouts of a Deployment', () => {
  it('of another image are deploys, from the making of the replica set to the end of the rollout, told once', () => {
    const { known, happenings, first } = begun();
    expect(first).toEqual([]);
    happenings.apply(known.put('replicasets.apps', replicaSet('2', 'orders:2', '2026-01-01T11:58:00Z')), now);
    const finished = deployment('2', 'orders:2', '2026-01-01T11:59:30Z', { generation: 2 });
    expect(happenings.apply(known.put('deployments.apps', finished), now).map(brief)).toEqual(['deploy: orders: revision 2 rolled out, 11:58:00–11:59:30 orders:1 → orders:2']);
    expect(happenings.apply(known.put('deployments.apps', { ...finished }), now)).toEqual([]);
  });

  it('are told as they begin, once, and their end in the same place: a failing one may have no end for long', () => {
    const { known, happenings } = begun();
    const underWay = (time: string, revision = '2'): ReturnType<typeof object> => deployment(revision, 'orders:2', time, { reason: 'ReplicaSetUpdated', generation: 2 });
    // Whose replica set is not known yet.
    expect(happenings.apply(known.put('deployments.apps', underWay('2026-01-01T11:58:01Z')), now)).toEqual([]);
    happenings.apply(known.put('replicasets.apps', replicaSet('2', 'orders:2', '2026-01-01T11:58:00Z')), now);
    const [began, ...others] = [...happenings.apply(known.put('deployments.apps', underWay('2026-01-01T11:58:10Z')), now), ...happenings.apply(known.put('deployments.apps', underWay('2026-01-01T11:58:20Z')), now)];
    expect([brief(began!), others]).toEqual(['deploy: orders: revision 2 began to roll out, 11:58:00–11:58:00 orders:1 → orders:2', []]);
    const [ended] = happenings.apply(known.put('deployments.apps', deployment('2', 'orders:2', '2026-01-01T11:59:30Z', { generation: 2 })), now);
    expect(ended).toMatchObject({ id: began!.id, timeMs: began!.timeMs, title: 'orders: revision 2 rolled out' });
    // A roll-back takes up an old replica set: when it began is not known.
    expect(happenings.apply(known.put('deployments.apps', underWay('2026-01-01T12:00:00Z', '1')), now)).toEqual([]);
  });

  it('given up, they are told as that; of a template that was not looked at yet nothing is', () => {
    const { known, happenings } = begun();
    happenings.apply(known.put('replicasets.apps', replicaSet('2', 'orders:1', '2026-01-01T11:50:00Z')), now);
    expect(happenings.apply(known.put('deployments.apps', deployment('2', 'orders:1', '2026-01-01T11:51:00Z', { generation: 3, observed: 2 })), now)).toEqual([]);
    const [failed] = happenings.apply(known.put('deployments.apps', deployment('2', 'orders:1', '2026-01-01T12:00:00Z', { reason: 'ProgressDeadlineExceeded' })), now);
    expect(failed).toMatchObject({ kind: 'rollout', title: 'orders: the rollout of revision 2 did not finish in time', body: 'timed out', workload: 'orders', namespace: 'shop' });
  });

  it('of the day before Orrery came are told too, with the same id by whoever tells them', () => {
    const told = ['deployments first', 'replica sets first'].map((order) => {
      const known = new Known(), happenings = new ClusterHappenings(known.get);
      const parts = [known.put('deployments.apps', deployment('2', 'orders:2', '2026-01-01T03:00:00Z')), known.put('replicasets.apps', replicaSet('1', 'orders:1', '2025-12-01T00:00:00Z'), replicaSet('2', 'orders:2', '2026-01-01T02:59:00Z'))];
      return (order === 'deployments first' ? parts : parts.reverse()).flatMap((part) => happenings.apply(part, now));
    });
    expect(told[0]?.map(brief)).toEqual(['deploy: orders: revision 2 rolled out, 02:59:00–03:00:00 orders:1 → orders:2']);
    expect(told[1]).toEqual(told[0]);
  });
});

it('a StatefulSet has rolled out when all its pods run a template that is another than before', () => {
  const known = new Known(), happenings = new ClusterHappenings(known.get);
  const set = (image: string, current: string, update: string): ReturnType<typeof object> =>
    object('StatefulSet', 'shop/db', { spec: { replicas: 3, ...template(image) }, status: { observedGeneration: 1, currentRevision: current, updateRevision: update } }, { generation: 1 });
  expect(happenings.apply(known.put('statefulsets.apps', set('db:1', 'a', 'a')), now)).toEqual([]);
  const [began] = happenings.apply(known.put('statefulsets.apps', set('db:2', 'a', 'b')), now);
  expect(brief(began!)).toBe('deploy: db: began to roll out, 12:00:00–12:00:00 db:1 → db:2');
  expect(happenings.apply(known.put('statefulsets.apps', set('db:2', 'a', 'b')), now + 30_000)).toEqual([]);
  const [ended] = happenings.apply(known.put('statefulsets.apps', set('db:2', 'b', 'b')), now + 60_000);
  expect([brief(ended!), ended!.id]).toEqual(['deploy: db: rolled out, 12:00:00–12:01:00 db:1 → db:2', began!.id]);
  expect(happenings.apply(known.put('statefulsets.apps', set('db:2', 'b', 'b')), now + 90_000)).toEqual([]);
});

it('another number of replicas is scaling', () => {
  const { known, happenings } = begun();
  expect(happenings.apply(known.put('deployments.apps', deployment('1', 'orders:1', '2025-12-01T00:00:00Z', { replicas: 5 })), now).map(brief)).toEqual(['scale: orders: 2 → 5 replicas, 12:00:00–12:00:00 2 → 5']);
});

it('a container that came back tells how it ended, when', () => {
  const known = new Known(), happenings = new ClusterHappenings(known.get);
  const pod = (restartCount: number): ReturnType<typeof object> => object('Pod', 'shop/orders-6d8b87b9f-x', {
    status: { containerStatuses: [{ name: 'app', restartCount, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-01-01T11:00:00Z' } } }] },
  }, { labels: { 'pod-template-hash': '6d8b87b9f' }, ownerReferences: [{ controller: true, kind: 'ReplicaSet', name: 'orders-6d8b87b9f' }] });
  expect(happenings.apply(known.put('pods', pod(3)), now)).toEqual([]);
  expect(happenings.apply(known.put('pods', pod(4)), now).map(brief)).toEqual(['restart: orders: container app restarted (OOMKilled, exit code 137), 11:00:00–11:00:00  → ']);
});

describe('configuration', () => {
  const route = (spec: object, version: string, more: object = {}): ReturnType<typeof object> => object('VirtualService', 'shop/orders', { spec, ...more }, { resourceVersion: version, managedFields: [version] });

  it('that changes is told with the paths that changed; what the API server writes by itself is not', () => {
    const known = new Known(), happenings = new ClusterHappenings(known.get);
    expect(happenings.apply(known.put('virtualservices.networking.istio.io', route({ hosts: ['orders'], http: [{ timeout: '5s' }] }, '1')), now)).toEqual([]);
    const [changed] = happenings.apply(known.put('virtualservices.networking.istio.io', route({ hosts: ['orders'], http: [{ timeout: '1s', retries: { attempts: 3 } }] }, '2')), now);
    expect(changed).toMatchObject({ kind: 'config', title: 'VirtualService orders changed', body: 'spec/http[0]/timeout: 5s → 1s\nspec/http[0]/retries: — → {"attempts":3}' });
    expect(happenings.apply(known.put('virtualservices.networking.istio.io', route({ hosts: ['orders'], http: [{ timeout: '1s', retries: { attempts: 3 } }] }, '3', { status: { x: 1 } })), now)).toEqual([]);
    expect(happenings.apply(known.remove('virtualservices.networking.istio.io', 'shop/orders'), now).map(({ title }) => title)).toEqual(['VirtualService orders deleted']);
  });

  it('of pods and accounts is told by what it does', () => {
    const known = new Known(), happenings = new ClusterHappenings(known.get);
    happenings.apply(change('serviceaccounts', [], true), now);
    expect(happenings.apply(known.put('serviceaccounts', object('ServiceAccount', 'shop/a')), now)).toEqual([]);
  });

  it('paths end where values differ, at any depth of anything', () => {
    expect(changedPaths({ a: [1, { b: 2 }], c: 'x' }, { a: [1, { b: 3 }, 4] })).toEqual([
      { path: 'a[1]/b', before: '2', after: '3' }, { path: 'a[2]', before: '—', after: '4' }, { path: 'c', before: 'x', after: '—' },
    ]);
    expect(changedPaths({ __proto__: { a: 1 } }, { constructor: 1 })).toHaveLength(1);
  });
});
