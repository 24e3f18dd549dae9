import type { KubeObject } from '../kube-object.ts';
import { resourceId, watchedResources, type ResourceId } from '../resources.ts';
import type { ResourceChange } from '../watch-cluster.ts';
import type { ObjectChange } from '../watch/watch-input.ts';

/** For tests: objects in few words. */
export function object(kind: string, key: string, more: Readonly<Record<string, unknown>> = {}, metadata: Readonly<Record<string, unknown>> = {}): KubeObject {
  const [namespace = '', name = ''] = key.split('/');
  return { apiVersion: 'v1', kind, ...more, metadata: { name, namespace, uid: `uid-${key}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata } };
}

/** A running pod. @param key `namespace/name` @param startTime RFC 3339 */
export function pod(key: string, ip: string, startTime: string, metadata: Readonly<Record<string, unknown>> = {}, more: Readonly<Record<string, unknown>> = {}): KubeObject {
  return object('Pod', key, { spec: { nodeName: 'node-1', containers: [{ name: 'app', ports: [{ containerPort: 8080 }] }] }, status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], startTime }, ...more }, metadata);
}

/** What a watch tells of a watched resource; with a `previous` it is modified, else added. @throws Error where the resource is not watched */
export function change(id: ResourceId, changes: readonly Partial<ObjectChange>[], synced = false): ResourceChange {
  const resource = watchedResources.find((one) => resourceId(one) === id);
  if (resource === undefined) throw new Error(`${id} is not watched`);
  return { resource, synced, changes: changes.map((one) => ({ type: one.previous ? 'modified' : 'added', previous: undefined, ...one } as ObjectChange)) };
}

/** Objects by resource, as a watch would know them. */
export class Known {
  readonly #objects = new Map<ResourceId, Map<string, KubeObject>>();

  readonly get = (id: ResourceId): ReadonlyMap<string, KubeObject> => this.#objects.get(id) ?? new Map<string, KubeObject>();

  put(id: ResourceId, ...objects: readonly KubeObject[]): ResourceChange {
    let known = this.#objects.get(id);
    if (known === undefined) this.#objects.set(id, known = new Map());
    const changes = objects.map((one): ObjectChange => {
      const key = `${one.metadata.namespace}/${one.metadata.name}`, previous = known.get(key);
      known.set(key, one);
      return { type: previous ? 'modified' : 'added', object: one, previous };
    });
    return change(id, changes, true);
  }

  remove(id: ResourceId, key: string): ResourceChange {
    const previous = this.#objects.get(id)?.get(key);
    if (previous === undefined) throw new Error(`${key} is not known`);
    this.#objects.get(id)?.delete(key);
    return change(id, [{ type: 'deleted', object: previous, previous }]);
  }
}
