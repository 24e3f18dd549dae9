import { expect, it } from 'vitest';
import type { ApiAnswer, ClusterApi } from './cluster-api.ts';
import { readCluster } from './read-cluster.ts';
import { watchedResources } from './resources.ts';
import { isFailure } from './watch/read-answer.ts';
import type { WatchFailure } from './watch/watch-input.ts';

const apis = JSON.stringify({
  kind: 'APIGroupDiscoveryList',
  items: [{ metadata: { name: 'networking.istio.io' }, versions: [{ version: 'v1', resources: [{ resource: 'virtualservices' }] }] }],
});
const page = (items: object[], next = ''): string => JSON.stringify({ metadata: { resourceVersion: '5', continue: next }, items });
const item = (name: string, more: object = {}): object => ({ metadata: { name, namespace: 'shop', resourceVersion: '1', uid: name }, ...more });
const status = (code: number, message: string): WatchFailure => ({ kind: 'status', code, message, retryAfterMs: 0 });

function apiOf(answers: (path: string) => string | WatchFailure | undefined): ClusterApi & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    get: ({ path }) => {
      asked.push(path);
      const answer = path === '/apis' ? apis : answers(path) ?? page([]);
      return Promise.resolve(typeof answer === 'string' ? { body: answer, unchanged: false, etag: '' } satisfies ApiAnswer : answer);
    },
    stream: () => Promise.reject(new Error('nothing is watched')),
    close: () => undefined,
  };
}
const read = (api: ClusterApi) => readCluster(api, watchedResources, new AbortController().signal);

it('reads every page of every configuration that is served, as a watch would keep it', async () => {
  const owner = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true }] };
  const api = apiOf((path) => {
    if (path.startsWith('/apis/networking.istio.io/v1/virtualservices')) return path.includes('continue=more') ? page([item('b')]) : page([item('a', { spec: { hosts: ['a'] }, status: { x: 1 } })], 'more');
    if (path.startsWith('/api/v1/pods')) return page([item('web-1-a', { metadata: { name: 'web-1-a', namespace: 'shop', resourceVersion: '1', uid: '1', ...owner } }), item('web-1-b', { metadata: { name: 'web-1-b', namespace: 'shop', resourceVersion: '1', uid: '2', ...owner } })]);
    return undefined;
  });
  const contents = await read(api);
  if (isFailure(contents)) throw new Error(contents.message);
  expect(contents.refused).toEqual([]);
  expect(contents.objects.map(({ id, status: kept }) => [id, kept])).toEqual(expect.arrayContaining([
    ['|networking.istio.io/VirtualService|shop/a', undefined], ['|networking.istio.io/VirtualService|shop/b', undefined], ['|/Pod|shop/web-1', undefined],
  ]));
  expect(contents.objects).toHaveLength(3);
  expect(api.asked.some((path) => path.includes('secrets') || path.includes('endpointslices'))).toBe(false);
});

it('begins a list anew whose pages have expired, and tells what it may not read', async () => {
  let expired = 0;
  const contents = await read(apiOf((path) => {
    if (path.startsWith('/api/v1/services')) return path.includes('continue=') && expired++ === 0 ? status(410, 'expired') : path.includes('continue=') ? page([item('b')]) : page([item('a')], 'more');
    return path.startsWith('/api/v1/pods') ? status(403, 'pods is forbidden') : undefined;
  }));
  if (isFailure(contents)) throw new Error(contents.message);
  expect(contents.objects.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(contents.refused).toEqual([{ resource: 'pods', message: 'pods is forbidden' }]);
});

it('a cluster that does not answer is a failure', async () => {
  const api: ClusterApi = { ...apiOf(() => undefined), get: () => Promise.resolve({ kind: 'network', message: 'ECONNREFUSED' }) };
  expect(await read(api)).toEqual({ kind: 'network', message: 'ECONNREFUSED' });
});
