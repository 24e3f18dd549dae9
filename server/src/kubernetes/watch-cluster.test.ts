import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiAnswer, ClusterApi } from './cluster-api.ts';
import { watchedResources } from './resources.ts';
import { watchCluster, type ClusterWatch, type ResourceChange } from './watch-cluster.ts';
import type { WatchFailure } from './watch/watch-input.ts';

const routes = 'virtualservices.networking.istio.io';
const resources = watchedResources.filter(({ plural }) => plural === 'services' || plural === 'virtualservices');

/** An API server of few words: it answers lists from `objects` and holds watches open. */
class FakeServer implements ClusterApi {
  groups: Record<string, Record<string, readonly string[]>> = {};
  discovery: WatchFailure | undefined;
  /** The next answer to a discovery lacks everything. */
  isBlank = false;
  forbidden = new Set<string>();
  objects: Record<string, readonly string[]> = {};
  readonly asked: string[] = [];
  polls = 0;

  get({ path }: { path: string }): Promise<ApiAnswer | WatchFailure> {
    if (path === '/apis') {
      this.polls++;
      return Promise.resolve(this.discovery ?? this.#ok({ kind: 'APIGroupDiscoveryList', items: Object.entries(this.#offered()).map(([name, versions]) => ({ metadata: { name }, versions: Object.entries(versions).map(([version, plurals]) => ({ version, resources: plurals.map((resource) => ({ resource })) })) })) }));
    }
    const base = path.split('?')[0] ?? '';
    this.asked.push(base);
    if (this.forbidden.has(base)) return Promise.resolve({ kind: 'status', code: 403, message: 'forbidden', retryAfterMs: 0 });
    return Promise.resolve(this.#ok({ metadata: { resourceVersion: '1' }, items: (this.objects[base] ?? []).map((name) => ({ metadata: { name, namespace: 'ns', uid: name, resourceVersion: '1' } })) }));
  }

  async stream({ signal, onOpen }: { signal: AbortSignal; onOpen(): void }): Promise<{ failure: undefined; livedMs: number }> {
    onOpen();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return { failure: undefined, livedMs: 0 };
  }

  close(): void {}

  #offered(): FakeServer['groups'] {
    const isBlank = this.isBlank;
    this.isBlank = false;
    return isBlank ? {} : this.groups;
  }

  #ok(body: unknown): ApiAnswer {
    return { body: JSON.stringify(body), unchanged: false, etag: '' };
  }
}

let watch: ClusterWatch | undefined;
afterEach(() => watch?.stop());

function start(server: FakeServer): { watch: ClusterWatch; changes: ResourceChange[] } {
  const changes: ResourceChange[] = [];
  watch = watchCluster(server, resources, {
    now: () => 0, random: () => 0, watchSeconds: 60, discoverySeconds: 0.001,
    onChange: (change) => void changes.push(change), onFailure: () => undefined, onError: (error) => { throw error; },
  });
  return { watch, changes };
}

async function polls(server: FakeServer, count: number): Promise<void> {
  for (const end = server.polls + count; server.polls < end;) await turn();
  await turn();
}

const told = (changes: readonly ResourceChange[]): string[] => changes.flatMap((change) => change.changes.map(({ type, object }) => `${type} ${object.apiVersion} ${object.metadata.name}`));

describe('what a cluster offers', () => {
  it('is followed in the version that is understood best, also when it comes later', async () => {
    const server = new FakeServer(), { watch, changes } = start(server);
    server.objects = { '/api/v1/services': ['s'], '/apis/networking.istio.io/v1beta1/virtualservices': ['a'] };
    await polls(server, 3);
    expect(watch.statuses().map(({ resource }) => resource)).toEqual(['services']);
    server.groups = { 'networking.istio.io': { v1alpha3: ['virtualservices'], v1beta1: ['virtualservices'] } };
    await polls(server, 3);
    expect(told(changes)).toEqual(['added v1 s', 'added networking.istio.io/v1beta1 a']);
  });

  it('is followed anew when a better version comes, and nothing is kept of the older one', async () => {
    const server = new FakeServer(), { changes } = start(server);
    server.objects = { '/apis/networking.istio.io/v1beta1/virtualservices': ['a'], '/apis/networking.istio.io/v1/virtualservices': ['a'] };
    server.groups = { 'networking.istio.io': { v1beta1: ['virtualservices'] } };
    await polls(server, 3);
    server.groups = { 'networking.istio.io': { v1: ['virtualservices'], v1beta1: ['virtualservices'] } };
    await polls(server, 3);
    expect(told(changes)).toEqual(['added networking.istio.io/v1beta1 a', 'deleted networking.istio.io/v1beta1 a', 'added networking.istio.io/v1 a']);
  });

  it('has gone when two answers lack it, not when one does', async () => {
    const server = new FakeServer(), { watch, changes } = start(server);
    server.objects = { '/apis/networking.istio.io/v1/virtualservices': ['a'] };
    server.groups = { 'networking.istio.io': { v1: ['virtualservices'] } };
    await polls(server, 3);
    server.isBlank = true;
    await polls(server, 3);
    expect(told(changes)).toEqual(['added networking.istio.io/v1 a']);
    server.groups = {};
    await polls(server, 4);
    expect(told(changes)).toEqual(['added networking.istio.io/v1 a', 'deleted networking.istio.io/v1 a']);
    expect(watch.objects(routes).size).toBe(0);
  });

  it('is tried as it usually is where nobody may ask', async () => {
    const server = new FakeServer();
    server.discovery = { kind: 'status', code: 403, message: 'not yours', retryAfterMs: 0 };
    const { watch } = start(server);
    await polls(server, 2);
    expect(server.asked.sort()).toEqual(['/api/v1/services', '/apis/networking.istio.io/v1/virtualservices']);
    expect(watch.problem()).toBe('not yours');
  });

  it('that is forbidden stops nothing else', async () => {
    const server = new FakeServer();
    server.groups = { 'networking.istio.io': { v1: ['virtualservices'] } };
    server.objects = { '/apis/networking.istio.io/v1/virtualservices': ['a'] };
    server.forbidden.add('/api/v1/services');
    const { watch } = start(server);
    await polls(server, 3);
    expect(watch.statuses().map(({ resource, phase, problem, synced }) => [resource, phase, problem, synced])).toEqual([['services', 'forbidden', 'forbidden', false], [routes, 'watching', '', true]]);
  });
});
