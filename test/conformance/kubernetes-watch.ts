import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClusterApi } from '@orrery/server/kubernetes/kubeconfig-api';
import { resourceId, watchedResources, type ResourceId } from '@orrery/server/kubernetes/resources';
import { watchCluster, type ClusterWatch, type ResourceChange, type ResourceStatus } from '@orrery/server/kubernetes/watch-cluster';
import { list, dig, text } from '@orrery/server/validation/model/fields';
import type { KubeServer } from '../simulator/kube-server.ts';

/** A connection is given up after this long without a byte; far below what is configured by default, so that cases are short. */
export const quietMs = 3_000;

/** The product's watch on a real API server, with what it told. */
export interface Watched {
  readonly watch: ClusterWatch;
  readonly changes: readonly ResourceChange[];
  status(resource: ResourceId): ResourceStatus | undefined;
  /** Writes the kubeconfig anew with another token. */
  setToken(token: string): void;
  stop(): Promise<void>;
}

/** Watches everything through `port` with `token`. */
export async function startWatch(server: KubeServer, port: number, token: string, onChange: (change: ResourceChange) => void = () => undefined): Promise<Watched> {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-kubeconfig-')), kubeconfig = join(dir, 'config');
  const setToken = (newToken: string): void => writeFileSync(kubeconfig, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'test', contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': server.caFile } }], users: [{ name: 'test', user: { token: newToken } }],
  }));
  setToken(token);
  const api = await openClusterApi({ name: 'test', kubeconfig, inCluster: false, clusterDomain: 'cluster.local' }, { quietMs, now: Date.now });
  const changes: ResourceChange[] = [];
  const watch = watchCluster(api, watchedResources, {
    now: Date.now, random: Math.random, watchSeconds: 20, discoverySeconds: 1,
    onChange(change) {
      changes.push(change);
      onChange(change);
    }, onFailure: () => undefined, onError: (error) => { throw error; },
  });
  return {
    watch, changes, setToken,
    status: (resource) => watch.statuses().find((one) => one.resource === resource),
    async stop() {
      await watch.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Waits until a condition holds. @throws Error with what `describe` says, after `withinMs` */
export async function until(condition: () => boolean | Promise<boolean>, describe: () => string, withinMs = 45_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`after ${withinMs / 1000} s: ${describe()}`);
    await sleep(50);
  }
}

/** Waits until what is known of a resource is what the API server has: the same objects in the same versions, no more and no less. */
export async function untilTrue(server: KubeServer, { watch, status }: Watched, resource: ResourceId, path: string): Promise<void> {
  let difference = '';
  await until(async () => {
    const truth = new Map(list(dig((await server.call('GET', path)).body, 'items')).map((item) => [`${text(dig(item, 'metadata', 'namespace')) ?? ''}/${text(dig(item, 'metadata', 'name')) ?? ''}`, text(dig(item, 'metadata', 'resourceVersion'))]));
    const known = new Map(watch.objects(resource).entries().map(([key, { metadata }]) => [key, metadata.resourceVersion]));
    const missed = [...truth].filter(([key, version]) => known.get(key) !== version).map(([key]) => key), kept = [...known.keys()].filter((key) => !truth.has(key));
    difference = `${resource}: missed ${missed.slice(0, 5).join(', ') || 'nothing'} (${missed.length}), kept ${kept.slice(0, 5).join(', ') || 'nothing'} that is gone (${kept.length}); ${JSON.stringify(status(resource))}`;
    return missed.length === 0 && kept.length === 0;
  }, () => difference);
}

/** What the changes of a resource add up to: every object that was added and not deleted, by name. */
export function sumOfChanges(changes: readonly ResourceChange[], resource: ResourceId): ReadonlySet<string> {
  const present = new Map<string, string>();
  for (const change of changes) {
    if (resourceId(change.resource) !== resource) continue;
    for (const { type, object: { metadata } } of change.changes) {
      const key = `${metadata.namespace}/${metadata.name}`, known = present.get(key);
      if (type === 'added' && known !== undefined) throw new Error(`${key} was added twice`);
      if (type !== 'added' && known !== metadata.uid) throw new Error(`${key} was ${type}, but not there`);
      if (type === 'deleted') present.delete(key);
      else present.set(key, metadata.uid);
    }
  }
  return new Set(present.keys());
}
